using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>A panic inside the native library is a failed call, and nothing worse.</summary>
public sealed class FaultTests(Emulator emulator) : EmulatorTests(emulator)
{
    public const string InAProcess = "--faults";

    private const string Key = "c4nary-0fTheKey";

    [Fact]
    public async Task A_panic_is_of_kind_internal_and_the_next_call_works()
    {
        // The library as packages have it does not panic; `cargo xtask test` builds one that does, when asked to.
        var library = Emulator.Needed("SONORAN_FAULTY_LIBRARY");
        var (output, errors) = await Child.Run([InAProcess, library, Emulator.Url], "", []);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        foreach (var line in lines[..2])
        {
            var failed = JsonSerializer.Deserialize<Ended>(line)!;
            Assert.Equal((false, SonoranErrorKind.Internal), (failed.Success, failed.Kind));
            Assert.False(string.IsNullOrWhiteSpace(failed.Reason));
            Assert.Equal("InternalError", failed.Error);
        }

        Assert.True(JsonSerializer.Deserialize<Ended>(lines[2])!.Success);
        Canary.Check([Key], output, errors);
    }

    /// <summary>Makes calls that panic, and one that does not.</summary>
    internal static async Task Provoke(string library, string emulator)
    {
        NativeLibrary.SetDllImportResolver(typeof(SonoranClient).Assembly, (_, _, _) => NativeLibrary.Load(library));
        await Call("panic in the core", Key, emulator);
        await Call("panic in the binding", Key, emulator);
        await Call("no panic", "YOUR_API_KEY", emulator);
    }

    private static async Task Call(string suffix, string key, string emulator)
    {
        using var sonoran = new SonoranClient(new SonoranClientOptions
        {
            apiKey = key,
            communityId = "YOUR_COMMUNITY_ID",
            apiUrl = emulator,
            userAgentSuffix = suffix,
        });
        var response = await sonoran.Cms.getCommunityV2();
        var error = Record.Exception(() => response.unwrap());
        Canary.Check([Key], sonoran, response, response.error, error);
        Console.WriteLine(JsonSerializer.Serialize(new Ended(response.success, response.error?.kind, response.reason, error?.GetType().Name)));
    }

    private sealed record Ended(bool Success, string? Kind, string? Reason, string? Error);
}
