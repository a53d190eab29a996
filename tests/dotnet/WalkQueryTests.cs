using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What walks are asked with: refused at once, and as calls refuse it.</summary>
public sealed class WalkQueryTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Fact]
    public async Task A_value_that_it_cannot_have_is_refused_as_a_call_refuses_it()
    {
        using var sonoran = Emulator.Client();
        foreach (var (query, told) in new (object, string)[]
        {
            (new { take = "many" }, "query.take must be a whole number, not \"many\""),
            (new { banned = "yes" }, "query.banned must be true or false, not \"yes\""),
        })
        {
            Assert.StartsWith($"{told} (", (await Assert.ThrowsAnyAsync<ArgumentException>(() => sonoran.Cms.getAccountsV2(query))).Message);
            Assert.StartsWith($"{told} (", Assert.Throws<ArgumentException>(() => sonoran.Walk.getAccountsV2(query)).Message);
        }

        Assert.StartsWith("query.take must be a whole number, not 1.5 (", Assert.Throws<ArgumentException>(() => sonoran.Walk.getAccountsV2(new { take = 1.5 })).Message);
        Assert.StartsWith("query.take must be a whole number, not a list (", Assert.Throws<ArgumentException>(() => sonoran.Walk.getAccountsV2(new { take = new[] { 1 } })).Message);
        Assert.StartsWith("query must be an object of fields, not a text (", Assert.Throws<ArgumentException>(() => sonoran.Walk.getAccountsV2("take=25")).Message);
        Assert.Empty(await Emulator.Journal());
        // What a call takes, a walk does.
        Assert.NotEmpty(await sonoran.Walk.getAccountsV2(new { take = "5", banned = "false" }).ListAsync());
        Assert.Equal("""{"banned":"false","skip":"0","take":"5"}""", Sorted((await Emulator.Journal())[0].GetProperty("query")));
    }

    [Fact]
    public void A_slip_in_a_name_is_refused_before_the_first_item_is_asked_for()
    {
        using var sonoran = Emulator.Client();
        Assert.Throws<ArgumentException>("query.sys_status", () => sonoran.Walk.getAccountsV2(new { sys_status = true }));
        Assert.Throws<ArgumentException>("query.sikp", () => sonoran.Walk.getAccountsV2(new { sikp = 20 }));
        // Other words pass, and so does a name beside the right one.
        Assert.NotNull(sonoran.Walk.getAccountsV2(new { skips = 20, banned = true, banend = true }));
    }

    private static string Sorted(JsonElement query) =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(query.EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetString()!), StringComparer.Ordinal));
}
