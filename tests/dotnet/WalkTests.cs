using System.Text.Json.Nodes;
using Sonoran.Types;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Lists that come in pages, and many calls, a few at a time.</summary>
public sealed class WalkTests(Emulator emulator) : EmulatorTests(emulator)
{
    private static readonly Guid[] Ids = [.. Enumerable.Range(0, 5).Select(at => Guid.Parse($"{at:x8}-0000-4000-8000-000000000001"))];

    [Fact]
    public async Task Items_come_over_all_pages()
    {
        using var sonoran = Unlimited();
        await Pages(5, 2, 2, 1);
        var walk = sonoran.Walk.getAccountsV2(new GetAccountsQuery { take = 2, banned = false });
        Assert.Equal((0, null), (walk.Position, walk.Total));
        var found = new List<Guid>();
        await foreach (var account in walk)
        {
            found.Add(account.accId);
            Assert.Equal((found.Count, 5), (walk.Position, walk.Total));
        }

        Assert.Equal(Ids, found);
        var queries = (await Emulator.Journal()).Select(request => JsonNode.Parse(request.GetProperty("query").GetRawText())!);
        Assert.Equal(["0", "2", "4"], queries.Select(query => (string?)query["skip"]));
        Assert.All(queries, query => Assert.Equal(("2", "false"), ((string?)query["take"], (string?)query["banned"])));
    }

    [Fact]
    public async Task The_largest_page_is_asked_for_where_nobody_says()
    {
        using var sonoran = Unlimited();
        var all = await sonoran.Walk.getAccountsV2().ListAsync();
        Assert.NotEmpty(all);
        Assert.NotEmpty(await sonoran.Walk.getRosterV2(1).ListAsync());
        Assert.NotEmpty(await sonoran.Walk.getFormSubmissionsV2(1, new { take = 10 }).ListAsync());
        Assert.NotEmpty(await sonoran.Walk.getAccounts(new SonoranCallOptions { retries = 0 }).ListAsync());
        Assert.Equal("100", (await Emulator.Journal())[0].GetProperty("query").GetProperty("take").GetString());
    }

    [Fact]
    public async Task A_page_that_fails_loses_nothing()
    {
        using var sonoran = Unlimited();
        await Pages(5, 2);
        var walk = sonoran.Walk.getAccountsV2(options: new SonoranCallOptions { retries = 0 });
        await Emulator.Answer("""{"type":"about:blank","title":"Bad Request","status":400,"detail":"Not now."}""", 400, "application/problem+json");
        var error = await Assert.ThrowsAsync<ApiError>(() => walk.ListAsync());
        Assert.Equal(("Not now.", 0), (error.Reason, walk.Position));
        await Page(5, 2, 2);
        await Page(5, 4, 1);
        Assert.Equal(Ids, (await walk.ListAsync()).Select(account => account.accId));
        Assert.Equal(5, walk.Position);
    }

    [Fact]
    public async Task A_walk_goes_on_from_where_somebody_left_it()
    {
        using var sonoran = Unlimited();
        await Pages(5, 2, 2, 1);
        var walk = sonoran.Walk.getAccountsV2();
        Assert.Equal(5, await walk.CountAsync());
        await foreach (var account in walk)
        {
            Assert.Equal(Ids[0], account.accId);
            break;
        }

        Assert.Equal(1, walk.Position);
        Assert.Equal(Ids[1..], (await walk.ListAsync()).Select(account => account.accId));
        Assert.Empty(await walk.ListAsync());
        await Page(5, 3, 2);
        Assert.Equal(Ids[3..], (await sonoran.Walk.getAccountsV2(new { skip = 3 }).ListAsync()).Select(account => account.accId));
    }

    [Fact]
    public async Task Pages_begin_where_the_items_ended()
    {
        using var sonoran = Unlimited();
        await Page(5, 0, 3);
        await Page(5, 1, 3);
        await Page(5, 4, 1);
        var walk = sonoran.Walk.getAccountsV2();
        await foreach (var account in walk)
        {
            break;
        }

        var counts = new List<int>();
        await foreach (var page in walk.Pages())
        {
            counts.Add(page.Value!.items.Count);
        }

        Assert.Equal([3, 1], counts);
        Assert.Equal(["0", "1", "4"], (await Emulator.Journal()).Select(request => request.GetProperty("query").GetProperty("skip").GetString()));
    }

    [Theory]
    [InlineData("7", "is a number")]
    [InlineData("null", "is null")]
    public async Task An_item_that_is_none_is_told_and_loses_no_other(string item, string what)
    {
        using var sonoran = Unlimited();
        await Page(4, 0, 1);
        await Emulator.Answer($$$"""{"success":true,"data":{"items":[{"accId":"{{{Ids[1]}}}"},{{{item}}},{"accId":"{{{Ids[3]}}}"}],"total":4},"meta":{}}""");
        var walk = sonoran.Walk.getAccountsV2();
        var found = new List<Guid>();
        var error = await Assert.ThrowsAsync<InvalidResponseError>(async () =>
        {
            await foreach (var account in walk)
            {
                found.Add(account.accId);
            }
        });
        Assert.Equal(($"Item 2 of the list {what}, and no AccountSummary.", "getAccountsV2"), (error.Reason, error.Operation));
        Assert.Equal(Ids[..2], found);
        Assert.Equal(2, walk.Position);
        Assert.Equal(error.Reason, (await Assert.ThrowsAsync<InvalidResponseError>(() => walk.ListAsync())).Reason);
        await Page(4, 3, 1);
        var behind = sonoran.Walk.getAccountsV2(new { skip = walk.Position + 1 });
        Assert.Equal([Ids[3]], (await behind.ListAsync()).Select(account => account.accId));
    }

    [Fact]
    public async Task A_list_that_holds_an_item_that_is_none_begins_where_it_did()
    {
        using var sonoran = Unlimited();
        await Page(3, 0, 1);
        await Emulator.Answer($$$"""{"success":true,"data":{"items":[{"accId":"{{{Ids[1]}}}"},7],"total":3},"meta":{}}""");
        var walk = sonoran.Walk.getAccountsV2();
        await Assert.ThrowsAsync<InvalidResponseError>(() => walk.ListAsync());
        Assert.Equal(0, walk.Position);
        var found = new List<Guid>();
        await Assert.ThrowsAsync<InvalidResponseError>(async () =>
        {
            await foreach (var account in walk)
            {
                found.Add(account.accId);
            }
        });
        Assert.Equal(Ids[..2], found);
        await Emulator.Answer("""{"success":true,"data":{"items":[7],"total":3},"meta":{}}""");
        await foreach (var page in walk.Pages())
        {
            Assert.Equal(7, page.data!.Value.GetProperty("items")[0].GetInt32());
        }
    }

    [Fact]
    public async Task A_field_of_an_item_that_drifted_is_in_its_extra_or_thrown_as_that_of_any_value()
    {
        const string Drifted = """{"success":true,"data":{"items":[{"accId":"00000000-0000-0000-0000-000000000000","accName":{"first":"A"}}],"total":1},"meta":{}}""";
        using var sonoran = Unlimited();
        await Emulator.Answer(Drifted);
        var account = Assert.Single(await sonoran.Walk.getAccountsV2().ListAsync());
        Assert.Equal("A", account.Extra!["accName"].GetProperty("first").GetString());
        using var strict = Emulator.Client(options => (options.rateLimit, options.throwErrors) = (SonoranRateLimit.Off, true));
        await Emulator.Answer(Drifted);
        var error = await Assert.ThrowsAsync<InvalidResponseError>(() => strict.Walk.getAccountsV2().ListAsync());
        Assert.StartsWith("Item 0 of the list does not fit: its accName is an object", error.Reason);
    }

    [Fact]
    public async Task A_page_that_comes_again_or_is_none_ends_the_walk()
    {
        using var sonoran = Unlimited();
        await Page(5, 0, 2);
        await Page(5, 0, 2);
        var again = await Assert.ThrowsAsync<InvalidResponseError>(() => sonoran.Walk.getAccountsV2().ListAsync());
        Assert.Contains("same page", again.Message);
        foreach (var data in (string[])["""{"accounts":[]}""", """{"items":null,"total":9}"""])
        {
            await Emulator.Answer($$$"""{"success":true,"data":{{{data}}},"meta":{}}""");
            await Assert.ThrowsAsync<InvalidResponseError>(() => sonoran.Walk.getAccountsV2().ListAsync());
        }

        await Emulator.Answer("""{"success":true,"data":null,"meta":{}}""");
        Assert.Empty(await sonoran.Walk.getAccountsV2().ListAsync());
        await Page(5, 0, 2);
        await Emulator.Answer("""{"success":true,"data":null,"meta":{}}""");
        await Assert.ThrowsAsync<InvalidResponseError>(() => sonoran.Walk.getAccountsV2().ListAsync());
        var misuse = Assert.ThrowsAny<ArgumentException>(() => sonoran.Walk.getAccountsV2(new GetAccountsQuery { skip = -1 }));
        Assert.Equal("query.skip", misuse.ParamName);
        Assert.Equal("query.skip", Assert.ThrowsAny<ArgumentException>(() => sonoran.Walk.getAccountsV2(new { skip = "many" })).ParamName);
        Assert.Equal("query", Assert.ThrowsAny<ArgumentException>(() => sonoran.Walk.getAccountsV2(new GetRosterContentsQuery())).ParamName);
    }

    [Fact]
    public async Task Who_shares_a_walk_shares_its_items_and_a_token_ends_it()
    {
        using var sonoran = Unlimited();
        await Pages(5, 1, 1, 1, 1, 1);
        var walk = sonoran.Walk.getAccountsV2();
        async Task<List<Guid>> Take()
        {
            var mine = new List<Guid>();
            await foreach (var account in walk)
            {
                mine.Add(account.accId);
            }

            return mine;
        }

        Assert.Equal(Ids, (await Task.WhenAll(Take(), Take())).SelectMany(mine => mine).Order());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sonoran.Walk.getAccountsV2().ListAsync(cancelled.Token));
    }

    [Fact]
    public async Task Many_calls_go_a_few_at_a_time_and_tell_how_far_they_are()
    {
        using var sonoran = Unlimited();
        var (underWay, most, told) = (0, 0, new List<SonoranProgress>());
        async Task<SonoranResponse<Account>> Call(string id, CancellationToken token)
        {
            most = Math.Max(most, Interlocked.Increment(ref underWay));
            var response = await sonoran.Cms.getAccountV2(id, cancellationToken: token);
            Interlocked.Decrement(ref underWay);
            return response;
        }

        string[] ids = [Zeros, $"{Ids[4]}", Zeros, Zeros, Zeros];
        var results = new SortedDictionary<int, bool>();
        await foreach (var result in sonoran.Map(ids, Call, concurrency: 2, progress: new Told(told)))
        {
            Assert.Equal(ids[result.Index], result.Item);
            results.Add(result.Index, result.Response.success);
        }

        Assert.Equal([true, false, true, true, true], results.Values);
        Assert.InRange(most, 1, 2);
        Assert.Equal([1, 2, 3, 4, 5], told.Select(progress => progress.Done));
        Assert.All(told, progress => Assert.Equal(5, progress.Total));
        // Without a limit, nothing has to be waited for.
        Assert.All(told, progress => Assert.Null(progress.Left));
    }

    [Fact]
    public async Task A_failed_call_is_told_and_what_is_wrong_with_one_is_thrown_after_the_others()
    {
        using var sonoran = Emulator.Client(options => (options.rateLimit, options.throwErrors) = (SonoranRateLimit.Off, true));
        var kinds = new List<string?>();
        var misuse = await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
        {
            await foreach (var result in sonoran.Map([Zeros, $"{Ids[4]}", "no id", Zeros], id => sonoran.Cms.getAccountV2(id), concurrency: 4))
            {
                kinds.Add(result.Response.error?.kind);
            }
        });
        Assert.Equal("accountId", misuse.ParamName);
        Assert.Equal([null, null, SonoranErrorKind.NotFound], kinds.Order());
        Assert.Throws<ArgumentOutOfRangeException>(() => sonoran.Map([Zeros], id => sonoran.Cms.getAccountV2(id), concurrency: 0));
        foreach (var nothing in new Task<SonoranResponse<Types.Account>>[] { null!, Task.FromResult<SonoranResponse<Types.Account>>(null!) })
        {
            await using var none = sonoran.Map([Zeros], _ => nothing).GetAsyncEnumerator();
            Assert.StartsWith("for item 0, call gave null", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await none.MoveNextAsync())).Message);
        }
    }

    [Fact]
    public async Task Who_leaves_the_loop_or_cancels_ends_what_is_under_way()
    {
        using var sonoran = Unlimited();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<SonoranResponse<Account>> Call(int at, CancellationToken token)
        {
            if (at == 0)
            {
                return SonoranResponse.Success(new Account());
            }

            token.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        }

        await foreach (var result in sonoran.Map(Enumerable.Range(0, 2), Call))
        {
            break;
        }

        await ended.Task;
        ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var result in sonoran.Map(Enumerable.Range(0, 2), Call, cancellationToken: cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task A_cancelled_map_begins_no_further_call_although_calls_were_not_given_its_token()
    {
        using var sonoran = Unlimited();
        using var cancel = new CancellationTokenSource();
        var (made, given) = (0, 0);
        Task<SonoranResponse<Account>> Call(int at)
        {
            made++;
            // The second one hears of nothing, and never ends.
            return at == 1 ? new TaskCompletionSource<SonoranResponse<Account>>().Task : sonoran.Cms.getAccountV2(Zeros);
        }

        var thrown = await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var result in sonoran.Map(Enumerable.Range(0, 100), Call, concurrency: 2, cancellationToken: cancel.Token))
            {
                given++;
                await cancel.CancelAsync();
            }
        });
        Assert.Equal(cancel.Token, thrown.CancellationToken);
        Assert.Equal(1, given);
        Assert.InRange(made, 1, 2);
        Assert.Single(await Emulator.Journal());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_map_whose_token_is_cancelled_before_it_begins_sends_nothing(bool byLoop)
    {
        using var sonoran = Unlimited();
        var cancelled = new CancellationToken(canceled: true);
        var map = sonoran.Map([Zeros, Zeros], id => sonoran.Cms.getAccountV2(id), cancellationToken: byLoop ? default : cancelled);
        await using var results = map.GetAsyncEnumerator(byLoop ? cancelled : default);
        var thrown = await Assert.ThrowsAsync<OperationCanceledException>(async () => await results.MoveNextAsync());
        Assert.Equal(cancelled, thrown.CancellationToken);
        Assert.Empty(await Emulator.Journal());
    }

    private SonoranClient Unlimited() => Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);

    /// <summary>Lets the next requests be answered with pages of so many, one after the other.</summary>
    private async Task Pages(int total, params int[] counts)
    {
        var start = 0;
        foreach (var count in counts)
        {
            await Page(total, start, count);
            start += count;
        }
    }

    private Task Page(int total, int start, int count)
    {
        var items = string.Join(',', Ids.Skip(start).Take(count).Select(id => $$"""{"accId":"{{id}}"}"""));
        return Emulator.Answer($$$"""{"success":true,"data":{"items":[{{{items}}}],"total":{{{total}}}},"meta":{}}""");
    }

    private sealed class Told(List<SonoranProgress> all) : IProgress<SonoranProgress>
    {
        public void Report(SonoranProgress value) => all.Add(value);
    }
}
