using System.Net;
using Examples;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sonoran.Testing;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The examples, each in a world of its own.</summary>
public sealed class ExampleTests(SonoranEmulator emulator) : IClassFixture<SonoranEmulator>, IDisposable
{
    private const string Zeros = "00000000-0000-0000-0000-000000000000";

    private readonly SonoranWorld _world = emulator.World();

    private string[] Credential => [$"--Sonoran:ApiKey={_world.Key}", $"--Sonoran:CommunityId={_world.CommunityId}", $"--Sonoran:ApiUrl={_world.Url}", "--Logging:LogLevel:Default=None"];

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task The_door_tells_refusal_unknown_and_outage_apart()
    {
        await _world.LimitsAsync(new RateLimits { Enabled = false });
        using var host = DoorCheck.Build(Credential);
        var door = host.Services.GetRequiredService<Door>();
        Task<Answer> Ask(string kind, string value) => door.Ask(kind, value, CancellationToken.None);

        await _world.FaultAsync(new Fault(FaultAction.Respond(503)) { Operation = "verifyWhitelistV2", Nth = [1, 2, 3] });
        Assert.Equal(Answer.AskLater, await Ask("discord", "1234567890"));
        await host.StartAsync();
        await Until(async () => (await _world.JournalAsync("getWhitelistV2", status: 200)).Count > 0);
        Assert.Equal(Answer.Unknown, await Ask("steam", "nobody"));
        var refused = new { type = "https://httpstatuses.com/400", title = "Bad Request", status = 400, detail = "NOT ALLOWED ON WHITELIST" };
        var problem = new Dictionary<string, string> { ["content-type"] = "application/problem+json" };
        await _world.FaultAsync(new Fault(FaultAction.Respond(400, refused, problem)) { Operation = "verifyWhitelistV2" });
        Assert.Equal(Answer.NotWhitelisted, await Ask("discord", "1234567890"));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_promotion_is_told_as_what_it_is()
    {
        var job = new PromotionJob(_world.Client());
        var discord = (await _world.Client().Cms.getAccountV2(Zeros)).unwrap().discordId;
        var (done, told) = await job.Promote(discord!, "rank-2");
        Assert.True(done, told);
        Assert.Equal("ExampleAccount has the rank rank-2 now", told);
        Assert.Contains("rank-2", (await _world.Client().Cms.getAccountV2(Zeros)).data!.Value.GetRawText());
        (done, told) = await job.Promote("999", "rank-2");
        Assert.False(done);
        Assert.StartsWith("Not promoted: ", told);
        await _world.FaultAsync(new Fault(FaultAction.Close(applied: true)) { Operation = "setAccountRanksV2", Times = Fault.Always });
        (done, told) = await job.Promote(discord!, "rank-1");
        Assert.False(done);
        Assert.NotEmpty(told);
    }

    [Fact]
    public async Task The_panel_clocks_in_and_shows_what_is_wrong()
    {
        await using var app = ClockInPanel.Build(Credential);
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        async Task<HttpStatusCode> Post(string path) => (await http.PostAsync(path, null)).StatusCode;
        Assert.Equal(HttpStatusCode.OK, await Post($"/members/{Zeros}/clock/in"));
        Assert.Equal(HttpStatusCode.OK, await Post($"/members/{Zeros}/clock/out"));
        Assert.Equal(HttpStatusCode.NotFound, await Post("/members/no-id/clock/in"));
        Assert.Equal(HttpStatusCode.NotFound, await Post($"/members/{Guid.NewGuid()}/clock/in"));
        Assert.Equal("Healthy", await http.GetStringAsync("/health"));
        await app.StopAsync();
    }

    [Fact]
    public async Task The_export_is_whole_or_not_there()
    {
        await _world.GenerateAsync(230);
        var folder = Directory.CreateTempSubdirectory("sonoran-export-").FullName;
        var file = Path.Combine(folder, "members.csv");
        var export = new NightlyExport(_world.Client(options => (options.throwErrors, options.retries) = (true, 0)));
        await _world.FaultAsync(new Fault(FaultAction.Respond(503)) { Operation = "getAccountsV2", Nth = [2] });
        await Assert.ThrowsAsync<UnavailableError>(() => export.Write(file));
        Assert.False(File.Exists(file));
        var told = new List<(long Done, long Total)>();
        var count = await export.Write(file, new Told(told));
        Assert.Equal(count + 1, File.ReadLines(file).Count());
        Assert.Equal((count, count), told[^1]);
        Assert.Contains(File.ReadLines(file), line => line.StartsWith($"{Zeros},\"ExampleAccount\""));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(1);
        }
    }

    private sealed class Told(List<(long Done, long Total)> all) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value) => all.Add(value);
    }
}
