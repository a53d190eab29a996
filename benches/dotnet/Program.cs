// What a call costs beside HttpClient with System.Text.Json. `cargo xtask bench dotnet` runs it.
//
// Both do the same work: encode the payload of setAccountRanksV2, send it over a kept connection, read the answer (1.6 KB)
// and take its data apart. The rounds of both are interleaved; each figure is a median with its spread.

using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Sonoran;

const string Zeros = "00000000-0000-0000-0000-000000000000";
var rounds = int.Parse(Environment.GetEnvironmentVariable("ROUNDS") ?? "9");
var length = TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("SECONDS_A_ROUND") ?? "0.6"));

var start = new ProcessStartInfo(args[0], ["--port", "0", "--limits", "off", "--exit-with-parent"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
using var emulator = Process.Start(start)!;
var url = JsonDocument.Parse((await emulator.StandardOutput.ReadLineAsync())!).RootElement.GetProperty("url").GetString()!;
var payload = new { accId = Zeros, add = new[] { "rank-1" }, active = true };

using var sonoran = new SonoranClient(new SonoranClientOptions
{
    apiKey = "YOUR_API_KEY",
    communityId = "YOUR_COMMUNITY_ID",
    apiUrl = url,
    // Counted, but never reached.
    ceilings = new Dictionary<string, int> { ["setAccountRanksV2"] = 100_000_000 },
});
using var http = new HttpClient { BaseAddress = new Uri(url) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "YOUR_API_KEY");

async Task OfSonoran() =>
    Check(await sonoran.Cms.setAccountRanksV2(Zeros, payload) is { success: true, data: { } data } ? data : default);

async Task OfHttpClient()
{
    using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(payload));
    content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
    using var answer = await http.PatchAsync($"/v2/community/accounts/{Zeros}/ranks", content);
    var envelope = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync());
    Check(envelope.GetProperty("success").GetBoolean() ? envelope.GetProperty("data") : default);
}

static void Check(JsonElement data)
{
    if (data.GetProperty("accId").GetString() != Zeros)
    {
        throw new InvalidOperationException(data.GetRawText());
    }
}

Console.WriteLine($".NET {Environment.Version}, {Environment.ProcessorCount} cores, {rounds} rounds of {length.TotalSeconds} s each");
foreach (var atOnce in new[] { 1, 64 })
{
    await Compare(atOnce);
}

emulator.Kill();

async Task Compare(int atOnce)
{
    // Warming up comes first, for longer than the runtime takes to compile both for good.
    List<(Sample Ours, Sample Theirs)> samples = [];
    var warmth = (int)Math.Ceiling(TimeSpan.FromSeconds(2.5) / length);
    for (var round = -warmth; round < rounds; round++)
    {
        var ours = await Round(OfSonoran, atOnce);
        var theirs = await Round(OfHttpClient, atOnce);
        if (round >= 0)
        {
            samples.Add((ours, theirs));
        }
    }

    Console.WriteLine($"\n{(atOnce == 1 ? "one at a time" : $"{atOnce} under way")}");
    Show("calls a second", "0", sample => sample.Rate);
    Show("CPU, µs a call", "0.0", sample => sample.Cpu);
    Show("allocated, bytes a call", "0", sample => sample.Allocated);

    void Show(string what, string format, Func<Sample, double> value)
    {
        var (ours, theirs) = (Spread(samples.Select(pair => value(pair.Ours))), Spread(samples.Select(pair => value(pair.Theirs))));
        var ratio = Spread(samples.Select(pair => value(pair.Ours) / value(pair.Theirs)));
        Console.WriteLine($"  {what}: Sonoran.Net {Shown(ours, format)}, HttpClient {Shown(theirs, format)}, ratio {Shown(ratio, "0.00")}");
    }
}

async Task<Sample> Round(Func<Task> call, int atOnce)
{
    var (watch, cpu, allocated) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
    var counts = await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
    {
        var count = 0;
        for (; watch.Elapsed < length; count++)
        {
            await call();
        }

        return count;
    }));
    var calls = (double)counts.Sum();
    return new Sample(
        calls / watch.Elapsed.TotalSeconds,
        (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / calls,
        (GC.GetTotalAllocatedBytes(precise: true) - allocated) / calls);
}

static (double Median, double Least, double Most) Spread(IEnumerable<double> values)
{
    var sorted = values.Order().ToArray();
    return (sorted[sorted.Length / 2], sorted[0], sorted[^1]);
}

static string Shown((double Median, double Least, double Most) spread, string format) =>
    $"{spread.Median.ToString(format)} ({spread.Least.ToString(format)} to {spread.Most.ToString(format)})";

/// <summary>What one round came to.</summary>
internal sealed record Sample(double Rate, double Cpu, double Allocated);
