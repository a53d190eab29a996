using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>An emulator for the tests of one class, and its admin side.</summary>
public sealed class Emulator : IAsyncLifetime
{
    private readonly string _arguments;
    private readonly HttpClient _admin = new();
    private Process? _process;

    public Emulator()
        : this("")
    {
    }

    private Emulator(string arguments) => _arguments = arguments;

    public string Url { get; private set; } = "";

    /// <summary>A variable that <c>cargo xtask test --lang csharp</c> sets.</summary>
    public static string Needed(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set; run these tests with: cargo xtask test --lang csharp");

    /// <summary>One that is started with these arguments; the caller stops it.</summary>
    public static async Task<Emulator> With(string arguments)
    {
        var emulator = new Emulator(arguments);
        await emulator.InitializeAsync();
        return emulator;
    }

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo(Needed("SONORAN_EMULATOR"), $"--port 0 {_arguments}") { RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        var line = await _process.StandardOutput.ReadLineAsync();
        Url = JsonDocument.Parse(line ?? throw new InvalidOperationException("the emulator ended before it was ready"))
            .RootElement.GetProperty("url").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    /// <summary>The options that the documentation shows, for this emulator.</summary>
    public SonoranClientOptions Options() => new()
    {
        product = SonoranProduct.CMS,
        apiKey = "YOUR_API_KEY",
        communityId = "YOUR_COMMUNITY_ID",
        defaultServerId = 1,
        apiUrl = Url,
    };

    public SonoranClient Client(Action<SonoranClientOptions>? change = null)
    {
        var options = Options();
        change?.Invoke(options);
        return new SonoranClient(options);
    }

    public async Task Reset() => (await _admin.PostAsync($"{Url}/_emulator/reset", null)).EnsureSuccessStatusCode();

    /// <summary>Sets the ceiling of one operation.</summary>
    public async Task Limit(string operation, int ceiling)
    {
        var overrides = new Dictionary<string, int> { [operation] = ceiling };
        (await _admin.PutAsJsonAsync($"{Url}/_emulator/limits", new { overrides })).EnsureSuccessStatusCode();
    }

    /// <summary>Lets the next request be answered with this body.</summary>
    public async Task Answer(string body, int status = 200, string contentType = "application/json")
    {
        var action = new { type = "respond", status, body, headers = new Dictionary<string, string> { ["content-type"] = contentType } };
        (await _admin.PostAsJsonAsync($"{Url}/_emulator/faults", new { times = 1, action })).EnsureSuccessStatusCode();
    }

    /// <summary>The requests that came since the reset, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> Journal()
    {
        var journal = await _admin.GetFromJsonAsync<JsonElement>($"{Url}/_emulator/journal");
        return [.. journal.GetProperty("entries").EnumerateArray()];
    }
}

/// <summary>Tests against an emulator that is as new before each of them.</summary>
public abstract class EmulatorTests(Emulator emulator) : IClassFixture<Emulator>, IAsyncLifetime
{
    protected const string Zeros = "00000000-0000-0000-0000-000000000000";

    protected Emulator Emulator { get; } = emulator;

    public async ValueTask InitializeAsync() => await Emulator.Reset();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
