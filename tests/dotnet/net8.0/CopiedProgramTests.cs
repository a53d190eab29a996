using Xunit;

namespace Sonoran.Tests;

/// <summary>A program whose files somebody has put together by hand.</summary>
public sealed class CopiedProgramTests
{
    [Fact]
    public async Task Without_the_list_of_its_files_the_library_is_found_all_the_same()
    {
        using var copy = new ProgramCopy();
        copy.Remove(".deps.json");
        copy.Write(ProgramCopy.Library, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, ProgramCopy.Library)));
        // The library itself says so.
        Assert.Contains("apiKey", await copy.LoadingProblem());
    }
}
