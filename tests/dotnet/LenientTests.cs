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
            """{"accId":"no uuid","accName":["a"],"uniqueId":"many","banned":"maybe","ranks":["rank-1",null,{}],"clockData":"gone","activeTimeSecs":"12","discordId":5}""",
            isWhole: false);
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
    [InlineData("null", "has no data, where Community is documented", null, null)]
    [InlineData("7", "is a number, and no Community", "is a number, and no list of Department", "is a number, and no list of String")]
    [InlineData("[]", "is a list, and no Community", null, null)]
    [InlineData("{}", "is no Community: its id is not there", "is an object, and no list of Department", "is an object, and no list of String")]
    [InlineData("[{}]", "is a list, and no Community", "has items that do not fit: [0] is no Department: its uuid is not there", "has an item that does not fit: [0] is an object")]
    [InlineData("""["a",null]""", "is a list, and no Community", "has an item that does not fit: [0] is a text", "has an item that does not fit: [1] is null")]
    [InlineData("""{"id":[],"other":1}""", "is no Community: its id is a list", "is an object, and no list of Department", "is an object, and no list of String")]
    public async Task Data_of_another_form_altogether_are_empty_and_told_where_they_were_asked_for(string data, string? community, string? departments, string? ranks)
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        async Task Check<T>(string? problem, Func<Task<SonoranResponse<T>>> call)
            where T : class
        {
            await Emulator.Answer($$$"""{"success":true,"data":{{{data}}},"meta":{}}""");
            var response = await call();
            Assert.NotNull(response.value);
            if (problem is null)
            {
                Assert.Same(response.value, response.unwrap());
            }
            else
            {
                Assert.Contains($"the answer {problem}", Assert.Throws<InvalidResponseError>(() => response.unwrap()).Message);
            }
        }

        await Check(community, () => sonoran.Cms.getCommunityV2());
        await Check(departments, () => sonoran.Cms.getDepartmentsV2());
        await Check(ranks, () => sonoran.Cms.getAccountRanksV2(Zeros));
    }

    [Theory]
    [InlineData("""{"accId":"no uuid","accName":"a"}""", "does not fit: its accId is a text, and no Guid")]
    [InlineData("""{"accName":"a","banned":"maybe"}""", "does not fit: its banned is a text, and no Boolean")]
    [InlineData("""{"accName":"a","clockData":"gone"}""", "does not fit: its clockData is a text, and no ClockData")]
    [InlineData("""{"accName":"a","ranks":["rank-1",null,{}]}""", "has items that do not fit: ranks lacks 2 of 3")]
    [InlineData("""{"accName":"a","clockData":{"data":[7]}}""", "has items that do not fit: clockData.data lacks 1 of 1")]
    [InlineData("""{"accName":"a","clockData":{"data":[{"id":"1"},{"id":"2","completed":[]}]}}""", "does not fit: its clockData.data[1].completed is a list, and no Boolean")]
    [InlineData("""{"accName":"a","lastLogin":[],"new":{"accId":7}}""", null)]
    public async Task A_record_that_was_read_in_part_is_told_by_unwrap_and_by_a_client_that_throws(string data, string? problem)
    {
        foreach (var throwErrors in new[] { false, true })
        {
            using var sonoran = Emulator.Client(options => (options.rateLimit, options.throwErrors) = (SonoranRateLimit.Off, throwErrors));
            await Emulator.Answer($$$"""{"success":true,"data":{{{data}}},"meta":{}}""");
            var response = await sonoran.Cms.getAccountV2(Zeros);
            Assert.True(response.success);
            Assert.Equal(data, response.data?.GetRawText());
            var whole = Record.Exception(() => response.unwrap());
            var value = Record.Exception(() => response.value);
            Assert.Equal(problem is null ? null : $"the answer {problem}", whole?.Message);
            Assert.Equal(throwErrors ? whole?.Message : null, value?.Message);
            Assert.True((whole ?? value) is null or InvalidResponseError);
        }
    }

    [Theory]
    [InlineData("""{"items":[{"accId":"abcdef00-0000-4000-8000-000000000001"},7],"total":2}""")]
    [InlineData("""[{"accId":"abcdef00-0000-4000-8000-000000000001"},7]""")]
    public async Task A_page_that_lost_items_is_told_by_unwrap(string data)
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        await Emulator.Answer($$$"""{"success":true,"data":{{{data}}},"meta":{}}""");
        var response = await sonoran.Cms.searchAccountsV2(new { username = "x" });
        Assert.Single(response.value!.items);
        Assert.Equal("the answer has items that do not fit: items lacks 1 of 2", Assert.Throws<InvalidResponseError>(() => response.unwrap()).Message);
    }

    [Fact]
    public async Task Types_of_ones_own_take_what_is_obvious_and_name_what_is_not()
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        await Emulator.Answer("""{"success":true,"data":{"count":"7","text":8,"flag":"true","at":"2026-04-15 09:00:00","none":null},"meta":{}}""");
        var mine = (await sonoran.Cms.getCommunityV2()).As<Mine>();
        Assert.Equal(new Mine(7, "8", true, new DateTimeOffset(2026, 4, 15, 9, 0, 0, TimeSpan.Zero), null), mine);
        await Emulator.Answer("""{"success":true,"data":{"count":"many"},"meta":{}}""");
        var response = await sonoran.Cms.getCommunityV2();
        Assert.Equal("the answer is no Mine for its count: it is a text", Assert.Throws<InvalidResponseError>(() => response.As<Mine>()).Message);
        await Emulator.Answer("""{"success":true,"data":{"accName":"a","banned":"maybe"},"meta":{}}""");
        response = await sonoran.Cms.getCommunityV2();
        Assert.Equal("the answer is no Account for its banned: it is a text", Assert.Throws<InvalidResponseError>(() => response.As<Account>()).Message);
        Assert.Equal("the answer is no Int32[]: it is an object", Assert.Throws<InvalidResponseError>(() => response.As<int[]>()).Message);
        await Emulator.Answer("""{"success":true,"data":{"a b":[{"c.d":1},{"c.d":[]}]},"meta":{}}""");
        response = await sonoran.Cms.getCommunityV2();
        Assert.EndsWith(" for its ['a b'][1]['c.d']: it is a list", Assert.Throws<InvalidResponseError>(() => response.As<Dictionary<string, List<Dictionary<string, int>>>>()).Message);
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

    private sealed record Mine(int Count, string Text, bool Flag, DateTimeOffset? At, string? None);

    /// <summary>The data of a call that is answered with these.</summary>
    private async Task<T> Read<T>(Func<SonoranClient, Task<SonoranResponse<T>>> call, string data, bool isWhole = true)
        where T : class
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        await Emulator.Answer($$$"""{"success":true,"data":{{{data}}},"meta":{}}""");
        var response = await call(sonoran);
        Assert.True(response.success, response.reason);
        Assert.Same(response.value, isWhole ? response.unwrap() : response.value);
        return response.value!;
    }
}
