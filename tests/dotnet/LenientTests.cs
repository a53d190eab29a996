using System.Text.Json;
using Sonoran;
using Sonoran.Types;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Answers that are not quite as they are documented: nothing throws, and one field does not lose the others.</summary>
public sealed class LenientTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const string Id = "abcdef00-0000-4000-8000-000000000001";

    [Fact]
    public async Task What_is_missing_or_null_does_not_lose_the_rest()
    {
        var account = await Read(
            sonoran => sonoran.Cms.getAccountV2(Zeros),
            $$"""{"accId":"{{Id}}","accName":null,"uniqueId":null,"banned":null,"clockData":null,"new":1}""");
        Assert.Equal((Guid.Parse(Id), "", 0L), (account.accId, account.accName, account.uniqueId));
        Assert.Empty(account.ranks);
        Assert.Empty(account.clockData.data);
        Assert.False(account.banned);
        Assert.Equal(1, Assert.Single(account.Extra!).Value.GetInt32());
    }

    [Fact]
    public async Task A_field_of_another_form_is_kept_as_it_came()
    {
        var account = await Read(
            sonoran => sonoran.Cms.getAccountV2(Zeros),
            """{"accId":"no uuid","accName":["a"],"uniqueId":"many","banned":"maybe","ranks":["rank-1",null,{}],"clockData":"gone","activeTimeSecs":"12","discordId":5}""");
        Assert.Equal((Guid.Empty, "", 0L, false), (account.accId, account.accName, account.uniqueId, account.banned));
        Assert.Equal(["rank-1"], account.ranks);
        Assert.Empty(account.clockData.data);
        Assert.Equal("no uuid", account.Extra!["accId"].GetString());
        Assert.Equal("many", account.Extra["uniqueId"].GetString());
        Assert.Equal("maybe", account.Extra["banned"].GetString());
        Assert.Equal(3, account.Extra["ranks"].GetArrayLength());
        Assert.Equal("gone", account.Extra["clockData"].GetString());
    }

    [Theory]
    [InlineData("""{"items":[{"accId":"abcdef00-0000-4000-8000-000000000001","uniqueId":"7"}],"total":1}""", 1L)]
    [InlineData("""[{"accId":"abcdef00-0000-4000-8000-000000000001","uniqueId":7.0}]""", null)]
    public async Task A_search_is_read_in_both_its_forms(string data, long? total)
    {
        var found = await Read(sonoran => sonoran.Cms.searchAccountsV2(new { username = "x" }), data);
        var one = Assert.Single(found.items);
        Assert.Equal((Guid.Parse(Id), 7L), (one.accId, one.uniqueId));
        Assert.Equal(total, found.total);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    public async Task Data_of_another_form_altogether_are_empty(string data)
    {
        Assert.Equal("", (await Read(sonoran => sonoran.Cms.getCommunityV2(), data)).name);
        Assert.Empty(await Read(sonoran => sonoran.Cms.getDepartmentsV2(), data));
        Assert.Empty(await Read(sonoran => sonoran.Cms.getAccountRanksV2(Zeros), data));
        Assert.NotNull(await Read(sonoran => sonoran.Cms.forceSyncV2(Zeros), data));
    }

    [Fact]
    public async Task A_number_that_is_none_is_only_told_where_it_was_asked_for()
    {
        using var sonoran = Emulator.Client();
        await Emulator.Answer("""{"success":true,"data":{"points":7},"meta":{}}""");
        var response = await sonoran.Cms.getDisciplinaryPointsV2(Zeros);
        Assert.Equal(0, response.value);
        Assert.Equal(7, response.data?.GetProperty("points").GetInt32());
        var error = Assert.Throws<InvalidResponseError>(() => response.unwrap());
        Assert.Contains("Double", error.Message);
    }

    [Fact]
    public async Task One_of_several_types_is_whichever_came()
    {
        var row = await Read(sonoran => sonoran.Cms.getCurrentClockInV2(Zeros), """{"id":7,"startTime":"2026-04-15 09:00:00.000 -0500"}""");
        Assert.Equal(((string?)"7", (string?)null), (row.clockRow?.id, row.text));
        Assert.Equal(new DateTimeOffset(2026, 4, 15, 14, 0, 0, TimeSpan.Zero), row.clockRow?.startTime);
        var text = await Read(sonoran => sonoran.Cms.getCurrentClockInV2(Zeros), "\"Not clocked in.\"");
        Assert.Equal((null, "Not clocked in."), (text.clockRow, text.text));
        Assert.Equal("\"Not clocked in.\"", JsonSerializer.Serialize(text));
        var latest = await Read(
            sonoran => sonoran.Cms.getLatestActivityV2(Zeros),
            $$$"""[{"id":"{{{Id}}}","accId":"{{{Id}}}","start":"2026-04-15T09:00:00Z","metadata":{}},{"id":7,"startTime":"2026-04-15T09:00:00Z","endTime":null}]""");
        Assert.Equal([true, false], latest.Select(each => each.activityRow is not null));
        Assert.Equal([null, "7"], latest.Select(each => each.clockRow?.id));
    }

    [Fact]
    public async Task An_answer_without_a_body_is_something_too()
    {
        using var sonoran = Emulator.Client();
        await sonoran.Cms.startSessionV2(new { accId = Zeros });
        var response = await sonoran.Cms.cancelSessionV2(new { accId = Zeros });
        Assert.Equal((204, null), (response.status, response.data));
        Assert.Same(NoContent.Instance, response.unwrap());
    }

    [Fact]
    public async Task Records_compare_and_print_by_what_they_hold()
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        var (one, other) = ((await sonoran.Cms.getAccountV2(Zeros)).unwrap(), (await sonoran.Cms.getAccountV2(Zeros)).unwrap());
        Assert.NotSame(one, other);
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, one with { ranks = ["another"] });
        Assert.Equal(one with { ranks = ["a", "b"] }, one with { ranks = new List<string> { "a", "b" } });
        Assert.Contains("ranks = [a, b]", (one with { ranks = ["a", "b"] }).ToString());
        Assert.Equal(new AddMemberRecordPayload { reason = "a", points = 1 }, new AddMemberRecordPayload { reason = "a", points = 1 });
        var (loose, same) = (new ProfileValue { value = JsonDocument.Parse("""{"a":1,"b":[]}""").RootElement }, new ProfileValue { value = JsonDocument.Parse("""{"b":[],"a":1}""").RootElement });
        Assert.Equal(loose, same);
        Assert.Equal(loose.GetHashCode(), same.GetHashCode());
    }

    [Fact]
    public void What_is_sent_as_one_of_several_types_has_the_documented_one()
    {
        var server = new ServerInput { id = 7, port = "30120" };
        Assert.Equal("""{"id":7,"port":"30120"}""", JsonSerializer.Serialize(server));
    }

    /// <summary>The data of a call that is answered with these.</summary>
    private async Task<T> Read<T>(Func<SonoranClient, Task<SonoranResponse<T>>> call, string data)
        where T : class
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        await Emulator.Answer($$$"""{"success":true,"data":{{{data}}},"meta":{}}""");
        var response = await call(sonoran);
        Assert.True(response.success, response.reason);
        Assert.Same(response.value, response.unwrap());
        return response.value!;
    }
}
