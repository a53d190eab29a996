using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sonoran.Tests;

/// <summary>The program that holds the servers of the scenarios and judges what came of their calls.</summary>
internal sealed class ConformanceHost
{
    // Held, since its standard input would be closed with it.
    private readonly Process _process;
    private readonly HttpClient _http;

    private ConformanceHost(Process process)
    {
        _process = process;
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the host ended before it was ready");
        var ready = JsonNode.Parse(line)!;
        _http = new HttpClient { BaseAddress = new Uri((string)ready["url"]!) };
        _http.DefaultRequestHeaders.ConnectionClose = true;
    }

    public static Lazy<ConformanceHost> Running { get; } = new(Start);

    public JsonArray Scenarios()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/scenarios");
        using var response = _http.Send(request);
        return (JsonArray)JsonNode.Parse(response.Content.ReadAsStream())!;
    }

    public Task<JsonNode> Start(string scenario) => Post($"/scenarios/{scenario}/start", "");

    /// <summary>What is wrong; nothing, where the scenario passes.</summary>
    public async Task<string[]> Finish(string scenario, string report) =>
        (await Post($"/scenarios/{scenario}/finish", report))["failures"].Deserialize<string[]>()!;

    private async Task<JsonNode> Post(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(path, content);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException((string?)answer["problem"]);
    }

    /// <summary>It ends when its standard input is closed, so with this process.</summary>
    private static ConformanceHost Start()
    {
        var start = new ProcessStartInfo(Emulator.Needed("SONORAN_CONFORMANCE_HOST"), "serve")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new ConformanceHost(Process.Start(start)!);
    }
}
