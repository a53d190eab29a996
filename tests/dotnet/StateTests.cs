using System.Text.Json;
using Sonoran.Types;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What one call writes, another reads back; and the forms that arguments may have.</summary>
public sealed class StateTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const string Name = "Renée “Ren” O’Hara 🚓";

    /// <summary>One payload in every form that it may have.</summary>
    public static IEnumerable<TheoryDataRow<object>> Payloads =>
    [
        new(new { newName = Name }),
        new(new Dictionary<string, object?> { ["newName"] = Name }),
        new(JsonSerializer.SerializeToElement(new { newName = Name })),
        new(JsonSerializer.SerializeToNode(new { newName = Name })!),
        new(new Rename()),
    ];

    [Theory, MemberData(nameof(Payloads), DisableDiscoveryEnumeration = true)]
    public async Task A_name_that_was_set_is_read_back(object payload)
    {
        using var sonoran = Emulator.Client();
        (await sonoran.Cms.setAccountNameV2(Zeros, payload)).unwrap();
        var account = (await sonoran.Cms.getAccountV2(Zeros)).unwrap();
        Assert.Equal(Name, account?.accName);
    }

    [Fact]
    public async Task Points_add_up_as_records_are_added_and_switched_off()
    {
        using var sonoran = Emulator.Client();
        var before = (await sonoran.Cms.getDisciplinaryPointsV2(Zeros)).unwrap();
        var payload = new AddMemberRecordPayload { points = 7, reason = "Speeding" };
        var records = (await sonoran.Cms.addDisciplinaryRecordV2(Zeros, payload)).unwrap();
        Assert.Equal(before + 7, (await sonoran.Cms.getDisciplinaryPointsV2(Zeros)).unwrap());
        (await sonoran.Cms.setDisciplinaryRecordStatusV2(records![0].id!, new { status = false })).unwrap();
        Assert.Equal(before, (await sonoran.Cms.getDisciplinaryPointsV2(Zeros)).value);
    }

    [Fact]
    public async Task A_server_id_left_out_is_the_default_one()
    {
        using var sonoran = Emulator.Client(options => options.defaultServerId = 2);
        var servers = new[] { new { id = 1, name = "One" }, new { id = 2, name = "Two" } };
        (await sonoran.Cms.setServersV2(new { servers })).unwrap();
        await sonoran.Cms.setServerTypeV2(new { type = "FiveM" });
        await sonoran.Cms.setServerTypeV2(null, new { type = "FiveM" });
        await sonoran.Cms.setServerTypeV2(1, new { type = "FiveM" });
        await sonoran.Cms.getWhitelistV2();
        await sonoran.Cms.startSessionV2(new { accId = Zeros });
        await sonoran.Cms.getCurrentSessionV2();
        await sonoran.Cms.getCurrentSessionV2(1);
        var journal = await Emulator.Journal();
        var paths = journal.Skip(1).Take(4).Select(request => request.GetProperty("path").GetString());
        const string all = "/v2/community/servers";
        Assert.Equal([$"{all}/2/type", $"{all}/2/type", $"{all}/1/type", $"{all}/2/whitelist"], paths);
        Assert.Equal(2, journal[5].GetProperty("body").GetProperty("serverId").GetInt32());
        var queries = journal.Skip(6).Select(request => request.GetProperty("query").GetRawText());
        Assert.Equal(["""{"serverId":"2"}""", """{"serverId":"1"}"""], queries);
    }

    [Fact]
    public async Task A_query_is_sent_as_the_documentation_writes_queries()
    {
        using var sonoran = Emulator.Client();
        (await sonoran.Cms.getAccountsV2(new { skip = 0, take = 25, sysStatus = true, banned = (bool?)null })).unwrap();
        (await sonoran.Cms.getAccountsV2(new GetAccountsQuery { take = 5 })).unwrap();
        (await sonoran.Cms.getAccountsV2()).unwrap();
        var queries = (await Emulator.Journal()).Select(request => request.GetProperty("query").GetRawText());
        Assert.Equal(["""{"skip":"0","take":"25","sysStatus":"true"}""", """{"take":"5"}""", "{}"], queries);
    }

    [Fact]
    public async Task Fields_that_are_not_documented_are_sent_as_they_are()
    {
        using var sonoran = Emulator.Client();
        await sonoran.Cms.setAccountNameV2(Zeros, new { newName = Name, added = new object?[] { 1, null, "x" } });
        var request = Assert.Single(await Emulator.Journal());
        Assert.Equal("""[1,null,"x"]""", request.GetProperty("body").GetProperty("added").GetRawText());
    }

    [Theory]
    [InlineData("discord:1234567890", """{"apiId":"discord:1234567890","serverId":1}""")]
    [InlineData(Zeros, $$"""{"accId":"{{Zeros}}","apiId":"{{Zeros}}","serverId":1}""")]
    public async Task A_text_may_stand_for_an_account(string text, string sent)
    {
        using var sonoran = Emulator.Client();
        Assert.Null((await sonoran.Cms.verifyWhitelist(text)).reason);
        var request = Assert.Single(await Emulator.Journal());
        var data = Assert.Single(request.GetProperty("body").GetProperty("data").EnumerateArray());
        Assert.Equal(sent, data.GetRawText());
    }

    [Fact]
    public async Task The_data_can_be_read_as_a_type_of_ones_own()
    {
        using var sonoran = Emulator.Client();
        var response = await sonoran.Cms.getCommunityV2();
        Assert.Equal(response.value?.name, response.As<Community>()?.name);
        Assert.Throws<InvalidResponseError>(() => response.As<int[]>());
    }

    private sealed record Community(string name);

    private sealed class Rename
    {
        public string newName { get; } = Name;
    }
}
