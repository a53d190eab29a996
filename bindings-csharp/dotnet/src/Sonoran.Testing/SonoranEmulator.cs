using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;

namespace Sonoran.Testing;

/// <summary>A running emulator. It ends when it is disposed of, and with this process, however that ends.</summary>
/// <remarks>Starts in its constructor, and so is a fixture for any test framework: <c>IClassFixture&lt;SonoranEmulator&gt;</c> in xunit.</remarks>
/// <example>
/// <code>
/// public sealed class PromotionTests(SonoranEmulator emulator) : IClassFixture&lt;SonoranEmulator&gt;, IDisposable
/// {
///     private readonly SonoranWorld _world = emulator.World();
///
///     public void Dispose() => _world.Dispose();
/// }
/// </code>
/// </example>
public sealed class SonoranEmulator : IDisposable, IAsyncDisposable
{
    private readonly Process _process;
    private readonly bool _limits;

    /// <summary>Starts an emulator as tests mostly want it: without rate limits, with the documented examples' state.</summary>
    /// <exception cref="EmulatorException">There is no program, or it does not start.</exception>
    public SonoranEmulator()
        : this(new EmulatorOptions())
    {
    }

    private SonoranEmulator(EmulatorOptions options)
    {
        _limits = options.Limits;
        // The pipe that it reads closes when this process ends.
        var start = new ProcessStartInfo(EmulatorProgram.Find(options.Program), Arguments(options))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // Without what would start it otherwise than it is asked to.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SONORAN_EMULATOR_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new EmulatorException($"the emulator cannot be started: {exception.Message}", exception);
        }

        if (_process.StandardOutput.ReadLine() is not { } ready)
        {
            Dispose();
            throw new EmulatorException("the emulator ended before it was ready, and said why on standard error");
        }

        using var document = JsonDocument.Parse(ready);
        Url = document.RootElement.GetProperty("url").GetString()!;
    }

    /// <summary>Its address.</summary>
    public string Url { get; }

    /// <summary>The world of the documented key, <c>YOUR_API_KEY</c>, for code that has the credential of the examples.</summary>
    public SonoranWorld Default => new(Url, "YOUR_API_KEY", "YOUR_COMMUNITY_ID", null, _limits);

    /// <summary>Starts an emulator in another way than the constructor, which alone fixtures may have.</summary>
    /// <param name="options">How it is started.</param>
    /// <returns>The emulator.</returns>
    /// <exception cref="EmulatorException">There is no program, or it does not start.</exception>
    public static SonoranEmulator Start(EmulatorOptions options) => new(options ?? throw new ArgumentNullException(nameof(options)));

    /// <summary>A new world: the documented examples' community under a key of its own, untouched by all others.</summary>
    /// <returns>The world; dispose of it after the test.</returns>
    public SonoranWorld World()
    {
        var admin = new Admin(Url, null);
        var made = admin.Ask(HttpMethod.Post, "worlds");
        var key = made.GetProperty("key").GetString()!;
        var last = admin.Ask(HttpMethod.Get, "journal").GetProperty("last").GetInt64();
        return new SonoranWorld(Url, key, made.GetProperty("communityId").GetString()!, key, _limits, last);
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private static List<string> Arguments(EmulatorOptions options)
    {
        List<string> arguments =
        [
            "--port", "0", "--exit-with-parent", "--limits", options.Limits ? "on" : "off", "--strict", options.Strict ? "on" : "off",
        ];
        return options.SeedFile is { } file ? [.. arguments, "--seed-file", file] : arguments;
    }
}
