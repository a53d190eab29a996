using System.Text.Json;
using Sonoran.Testing;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The test kit, as its page shows it.</summary>
public sealed class WorldTests(SonoranEmulator emulator) : IClassFixture<SonoranEmulator>, IDisposable
{
    private const string Zeros = "00000000-0000-0000-0000-000000000000";

    private readonly SonoranWorld _world = emulator.World();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void The_page_shows_what_is_run_here()
    {
        var page = File.ReadAllText(Path.Combine(Scratch.Checkout, "bindings-csharp/dotnet/src/Sonoran.Testing/README.md"));
        var here = File.ReadAllText(Path.Combine(Scratch.Checkout, "tests/dotnet/packages/WorldTests.cs"));
        var shown = here.Split("    // Page\n")[1].Split("    // end")[0];
        Assert.Contains(shown, page);
    }

    // Page
    [Fact]
    public async Task A_promotion_survives_an_outage()
    {
        await _world.FaultAsync(new Fault(FaultAction.Respond(503)) { Operation = "getAccountV2" });
        var sonoran = _world.Client();
        var account = (await sonoran.Cms.getAccountV2("00000000-0000-0000-0000-000000000000")).unwrap();
        await sonoran.Cms.setAccountRanksV2(account.accId, new { account.accId, add = new[] { "rank-1" }, active = true });
        await _world.AssertFaultsPlayedAsync();
        await _world.AssertCalledAsync("getAccountV2", new Expected { Count = 2 });
        await _world.AssertCalledAsync("setAccountRanksV2", new Expected { Body = new { add = new[] { "rank-1" } } });
    }
    // end

    [Fact]
    public async Task Calls_with_another_key_are_told_of()
    {
        using var own = new SonoranClient(new SonoranClientOptions { apiKey = "ANOTHER", communityId = "C", apiUrl = _world.Url, rateLimit = SonoranRateLimit.Off });
        await own.Cms.getServersV2();
        var error = await Assert.ThrowsAsync<NotCalledException>(() => _world.AssertCalledAsync("getServersV2", new Expected { Status = 200 }));
        Assert.EndsWith("1 such came with another key than this world's: let the code that is tested have its Key and CommunityId", error.Message);
    }

    [Fact]
    public async Task A_fault_that_met_no_request_is_told()
    {
        Assert.Contains("no faults", (await Assert.ThrowsAsync<FaultsNotPlayedException>(_world.AssertFaultsPlayedAsync)).Message);
        await _world.FaultAsync(new Fault(FaultAction.Respond(503)) { Operation = "getAccountV2" });
        Assert.Contains("getAccountV2", (await Assert.ThrowsAsync<FaultsNotPlayedException>(_world.AssertFaultsPlayedAsync)).Message);
    }

    [Fact]
    public async Task No_call_leaves_this_machine_by_mistake()
    {
        Assert.True(SonoranGuard.IsOn);
        // A port of no service, on an address that is of no machine.
        using var foreign = new SonoranClient(new SonoranClientOptions { apiKey = "k", communityId = "c", apiUrl = "https://192.0.2.1:1", retries = 0, timeout = TimeSpan.FromMilliseconds(1) });
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => foreign.Cms.getCommunityV2());
        Assert.StartsWith("a test may not call https://192.0.2.1:1", error.Message);
        try
        {
            SonoranGuard.IsOn = false;
            Assert.False((await foreign.Cms.getCommunityV2()).success);
        }
        finally
        {
            SonoranGuard.IsOn = true;
        }
    }

    [Fact]
    public async Task Worlds_do_not_see_each_other_and_end_with_their_clients()
    {
        var other = emulator.World();
        var sonoran = other.Client();
        (await sonoran.Cms.setAccountNameV2(Zeros, new { newName = "Other" })).unwrap();
        Assert.NotEqual("Other", (await _world.Client().Cms.getAccountV2(Zeros)).unwrap().accName);
        Assert.Equal(["setAccountNameV2"], (await other.JournalAsync()).Select(entry => entry.Name));
        other.Dispose();
        other.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sonoran.Cms.getAccountV2(Zeros));
        Assert.Equal("YOUR_COMMUNITY_ID", emulator.Default.CommunityId);
    }

    [Fact]
    public async Task Null_is_expected_and_answered_as_null()
    {
        var sonoran = _world.Client();
        await _world.FaultAsync(new Fault(FaultAction.Respond(200, new { success = true, data = (string?)null, meta = new { } })));
        Assert.Null((await sonoran.Cms.setAccountNameV2(Zeros, new { newName = "Alex" })).data);
        var error = await Assert.ThrowsAsync<NotCalledException>(
            () => _world.AssertCalledAsync("setAccountNameV2", new Expected { Body = new { newName = (string?)null } }));
        Assert.Contains("newName", error.Message);
    }

    [Fact]
    public async Task What_was_not_called_is_told_with_what_came_nearest()
    {
        await _world.Client().Cms.setAccountNameV2(Zeros, new { newName = "Near" });
        var error = await Assert.ThrowsAsync<NotCalledException>(
            () => _world.AssertCalledAsync("setAccountNameV2", new Expected { Body = new { newName = "Far" } }));
        Assert.Contains("Near", error.Message);
        Assert.Contains("; differs in body", error.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => _world.AssertCalledAsync("getNothing"));
        await Assert.ThrowsAsync<ArgumentException>(() => _world.AssertCalledAsync(null!));
    }

    [Fact]
    public async Task Clock_state_and_limits_are_a_worlds_own()
    {
        var at = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await _world.FreezeAsync(at);
        await _world.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(at.AddMinutes(1), await _world.NowAsync());
        await _world.ChangeAsync(new { accounts = new[] { new { accId = Zeros, accName = "Changed" } } });
        Assert.Equal("Changed", (await _world.Client().Cms.getAccountV2(Zeros)).unwrap().accName);
        var state = await _world.StateAsync();
        await _world.GenerateAsync(5);
        Assert.Equal(JsonValueKind.Object, state.ValueKind);
        await _world.LoadAsync(state);
        var limits = await _world.LimitsAsync(new RateLimits { Enabled = true, Overrides = new Dictionary<string, int> { ["getAccountV2"] = 1 } });
        Assert.True(limits.Enabled);
        Assert.Equal(1, limits.Overrides!["getAccount"]);
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => _world.LimitsAsync(new RateLimits { Overrides = new Dictionary<string, int> { ["getAcountV2"] = 1 } }));
        Assert.Contains("getAccountV2", error.Message);
        var sonoran = _world.Client(options => options.retries = 0);
        await sonoran.Cms.getAccountV2(Zeros);
        Assert.Equal(429, (await sonoran.Cms.getAccountV2(Zeros)).status);
        await _world.ResetAsync();
    }

    [Fact]
    public async Task A_client_counts_limits_where_its_options_speak_of_them()
    {
        var free = _world.Client().RateLimit("getCommunityV2");
        Assert.Equal(free.Limit, free.Free);
        var ceilings = new Dictionary<string, int> { ["getCommunityV2"] = 1 };
        var sonoran = _world.Client(options => (options.ceilings, options.maxWait) = (ceilings, TimeSpan.Zero));
        Assert.True((await sonoran.Cms.getCommunityV2()).success);
        Assert.Equal((1, 0), (sonoran.RateLimit("getCommunityV2").Limit, sonoran.RateLimit("getCommunityV2").Free));
        Assert.Equal(SonoranErrorKind.RateLimited, (await sonoran.Cms.getCommunityV2()).error?.kind);
        await _world.AssertCalledAsync("getCommunityV2", new Expected { Count = 1 });
        Action<SonoranClientOptions>[] each =
        [
            options => options.rateLimit = SonoranRateLimit.Error,
            options => options.maxWait = TimeSpan.FromSeconds(1),
            options => options.rateWindow = TimeSpan.FromSeconds(60),
        ];
        foreach (var change in each)
        {
            // They share what is counted of the key.
            Assert.NotEqual(free.Free, _world.Client(change).RateLimit("getCommunityV2").Free);
        }
    }

    [Fact]
    public async Task Events_of_any_type_are_sent_and_told_where_nobody_gets_them()
    {
        Assert.StartsWith("ACCOUNT_KICKED was sent to nobody", (await Assert.ThrowsAsync<InvalidOperationException>(() => _world.SendEventAsync("ACCOUNT_KICKED"))).Message);
        // Nobody listens there, which is told too.
        await _world.SendEventsToAsync("http://127.0.0.1:1/");
        Assert.Single(await _world.SendEventAsync("ACCOUNT_KICKED"));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => _world.SendEventAsync("ACCOUNT_KICK", new { a = 1 }));
        Assert.Contains("did you mean ACCOUNT_KICKED", error.Message);
        Assert.Contains(" undocumented: true", error.Message);
        Assert.Single(await _world.SendEventAsync("ROSTER_CHANGED", new { a = 1 }, undocumented: true));
    }

    [Fact]
    public async Task A_client_without_an_address_still_calls_the_world()
    {
        Assert.True((await _world.Client(options => options.apiUrl = null!).Cms.getCommunityV2()).success);
        await _world.AssertCalledAsync("getCommunityV2", new Expected { Count = 1 });
    }

    [Theory]
    [MemberData(nameof(Actions), DisableDiscoveryEnumeration = true)]
    public async Task Every_fault_is_taken_and_spoils_the_answer(FaultAction action)
    {
        await _world.FaultAsync(new Fault(action) { Operation = "getCommunityV2", Times = Fault.Always });
        var answer = await _world.Client(options => options.retries = 0).Cms.getCommunityV2();
        Assert.Equal(action == FaultAction.None || action.Type == "drip", answer.success);
        Assert.NotNull((await _world.JournalAsync("getCommunityV2"))[0].Fault);
    }

    public static IEnumerable<TheoryDataRow<FaultAction>> Actions =>
    [
        new(FaultAction.None), new(FaultAction.Malformed), new(FaultAction.Respond(500, new { detail = "down" })), new(FaultAction.Close()),
        new(FaultAction.Reset()), new(FaultAction.Truncate(3)), new(FaultAction.Drip(100, 1)), new(FaultAction.Html(502)), new(FaultAction.Raw("HTTP/1.1 418 x\r\n\r\n")),
    ];

    [Fact]
    public void The_program_comes_with_the_package()
    {
        var name = OperatingSystem.IsWindows() ? "sonoran-emulator.exe" : "sonoran-emulator";
        using var other = SonoranEmulator.Start(new EmulatorOptions { Program = Path.Combine(AppContext.BaseDirectory, name), Strict = true });
        Assert.StartsWith("http://127.0.0.1:", other.Url);
        var error = Assert.Throws<EmulatorException>(() => SonoranEmulator.Start(new EmulatorOptions { Program = "/no/such/program" }));
        Assert.Contains("cannot be started", error.Message);
    }
}
