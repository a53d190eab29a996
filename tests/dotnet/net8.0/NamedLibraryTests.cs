using System.Reflection;
using System.Runtime.Loader;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The native library is found where the assembly is no file of its own folder.</summary>
public sealed class NamedLibraryTests
{
    private static readonly string Assembly = typeof(SonoranClient).Assembly.Location;

    [Fact]
    public void It_is_found_for_an_assembly_that_was_loaded_from_bytes()
    {
        using var bytes = new MemoryStream(File.ReadAllBytes(Assembly));
        Works(new AssemblyLoadContext("from bytes").LoadFromStream(bytes));
    }

    [Fact]
    public void It_is_found_for_an_assembly_in_a_shadow_copy()
    {
        var folder = Directory.CreateTempSubdirectory("sonoran-shadow-").FullName;
        var copy = Path.Combine(folder, Path.GetFileName(Assembly));
        File.Copy(Assembly, copy);
        Works(new AssemblyLoadContext("shadow copy").LoadFromAssemblyPath(copy));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_environment_can_name_it_or_its_folder(bool folder)
    {
        using var copy = new ProgramCopy();
        var library = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, ProgramCopy.Library));
        var told = await copy.LoadingProblem(folder ? Path.GetDirectoryName(library)! : library);
        Assert.StartsWith("apiKey is required", told);
    }

    /// <summary>Only the native library knows that an option is missing.</summary>
    private static void Works(Assembly assembly)
    {
        var options = Activator.CreateInstance(assembly.GetType(typeof(SonoranClientOptions).FullName!)!);
        var error = Assert.Throws<TargetInvocationException>(
            () => Activator.CreateInstance(assembly.GetType(typeof(SonoranClient).FullName!)!, options));
        Assert.StartsWith("apiKey is required", error.InnerException!.Message);
    }
}
