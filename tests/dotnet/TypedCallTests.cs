using System.Text.Json;
using System.Text.Json.Nodes;
using Sonoran.Types;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Calls with the records of <c>Sonoran.Types</c>, and what is refused in their place.</summary>
public sealed class TypedCallTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Fact]
    public async Task A_record_sends_what_it_holds()
    {
        using var sonoran = Emulator.Client();
        var account = Guid.Parse(Zeros);
        (await sonoran.Cms.setAccountRanksV2(account, new SetAccountRanksPayload { accId = account, add = ["rank-1"], active = true })).unwrap();
        (await sonoran.Cms.setAccountNameV2(Zeros, new SetAccountNamePayload { newName = "Renée" })).unwrap();
        (await sonoran.Cms.clockAccountV2(Zeros, new ClockAccountPayload { accId = Zeros, intention = ClockAccountPayload.IntentionValues.In })).unwrap();
        await sonoran.Cms.getAccountsV2(new GetAccountsQuery { take = 5, banned = false });
        await sonoran.Cms.getAccountsV2(new GetAccountsQuery { take = 5 }, new SonoranCallOptions { retries = 0 }, CancellationToken.None);
        var journal = await Emulator.Journal();
        string[] bodies =
        [
            $$"""{"accId":"{{Zeros}}","add":["rank-1"],"active":true}""",
            """{"newName":"Renée"}""",
            $$"""{"accId":"{{Zeros}}","intention":"in"}""",
        ];
        Assert.All(bodies.Zip(journal), pair => Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(pair.First), JsonNode.Parse(pair.Second.GetProperty("body").GetRawText())), pair.Second.GetProperty("body").GetRawText()));
        Assert.Equal(["""{"take":"5","banned":"false"}""", """{"take":"5"}"""], journal.Skip(3).Select(request => request.GetProperty("query").GetRawText()));
    }

    [Fact]
    public async Task A_list_of_records_and_a_text_are_payloads_too()
    {
        using var sonoran = Emulator.Client();
        Assert.Null((await sonoran.Cms.addGameServers([new V1GameServerEntry { name = "One" }])).reason);
        Assert.Null((await sonoran.Cms.verifyWhitelist("discord:1234567890")).reason);
        Assert.Null((await sonoran.Cms.verifyWhitelist(new V1VerifyWhitelistParams { apiId = "discord:1234567890" })).reason);
        var bodies = (await Emulator.Journal()).Skip(1).Select(request => request.GetProperty("body").GetProperty("data")[0].GetProperty("apiId").GetString());
        Assert.Equal(["discord:1234567890", "discord:1234567890"], bodies);
    }

    [Fact]
    public async Task A_record_of_another_operation_is_refused_by_name()
    {
        using var sonoran = Emulator.Client();
        object other = new SetAccountRanksPayload { accId = Zeros };
        var payload = await Assert.ThrowsAnyAsync<ArgumentException>(() => sonoran.Cms.setAccountNameV2(Zeros, other));
        Assert.Equal("payload", payload.ParamName);
        Assert.StartsWith("payload is a SetAccountRanksPayload, which another operation takes: give a SetAccountNamePayload", payload.Message);
        var query = await Assert.ThrowsAnyAsync<ArgumentException>(() => sonoran.Cms.getAccountsV2(new GetRosterContentsQuery()));
        Assert.Equal("query", query.ParamName);
        var asPayload = await Assert.ThrowsAnyAsync<ArgumentException>(() => sonoran.Cms.setAccountNameV2(Zeros, new SonoranCallOptions()));
        Assert.Equal("payload", asPayload.ParamName);
        Assert.Empty(await Emulator.Journal());
    }

    [Fact]
    public async Task Options_and_token_find_their_place_without_a_query()
    {
        using var sonoran = Emulator.Client();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sonoran.Cms.getAccountsV2(cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sonoran.Cms.getAccountsV2(cancellationToken: cancelled.Token));
        Assert.True((await sonoran.Cms.getAccountsV2(options: new SonoranCallOptions { retries = 0 })).success);
        Assert.True((await sonoran.Cms.getAccountsV2(query: null, options: null)).success);
        Assert.Equal(["{}", "{}"], (await Emulator.Journal()).Select(request => request.GetProperty("query").GetRawText()));
    }

    [Fact]
    public void Analyzers_warn_of_the_forms_that_take_any_object_alone()
    {
        foreach (var method in typeof(Cms).GetMethods().Concat(typeof(ICms).GetMethods()).Where(method => method.ReturnType.IsGenericType))
        {
            var takesAny = method.GetParameters().Any(parameter => parameter.ParameterType == typeof(object));
            var marks = method.CustomAttributes.Select(attribute => attribute.AttributeType.Name).ToList();
            Assert.Equal(takesAny, marks.Contains("RequiresUnreferencedCodeAttribute"));
            Assert.Equal(takesAny, marks.Contains("RequiresDynamicCodeAttribute"));
        }
    }

    [Fact]
    public async Task Five_hundred_calls_at_once_are_answered()
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        var calls = Enumerable.Range(0, 500).Select(_ => sonoran.Cms.getAccountV2(Zeros, new SonoranCallOptions { retries = 0 }));
        var responses = await Task.WhenAll(calls);
        // The emulator counts alone here, as the service does.
        Assert.All(responses, response => Assert.True(response.success || response.error.kind == SonoranErrorKind.rateLimited, response.reason));
        Assert.Contains(responses, response => response.success && response.value.accName.Length > 0);
    }
}
