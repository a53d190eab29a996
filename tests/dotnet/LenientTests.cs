using System.Text.Json;
using Sonoran;
using Sonoran.Types;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Answers that are not quite as they are documented.</summary>
public sealed class LenientTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Fact]
    public async Task What_is_missing_or_null_does_not_lose_the_rest()
    {
        var account = await Read(
            sonoran => sonoran.Cms.getAccountV2(Zeros),
            """{"accId":"id","accName":null,"uniqueId":null,"banned":null,"clockData":null,"new":1}""");
        Assert.Equal(("id", "", 0), (account!.accId, account.accName, account.uniqueId));
        Assert.Empty(account.ranks);
        Assert.Empty(account.clockData.data);
        Assert.Null(account.banned);
        Assert.Null(account.archived);
        Assert.Equal(1, account.Extra!["new"].GetInt32());
    }

    [Theory]
    [InlineData("""{"items":[{"accId":"id","uniqueId":"7"}],"total":1}""", 1L)]
    [InlineData("""[{"accId":"id","uniqueId":"7"}]""", null)]
    public async Task A_search_is_read_in_both_its_forms(string data, long? total)
    {
        var found = await Read(sonoran => sonoran.Cms.searchAccountsV2(new { username = "x" }), data);
        Assert.Equal(("id", 7), (found!.items.Single().accId, found.items.Single().uniqueId));
        Assert.Equal(total, found.total);
    }

    [Fact]
    public void What_is_sent_as_one_of_several_types_has_the_documented_one()
    {
        var server = new ServerInput { id = 7, port = "30120" };
        Assert.Equal("""{"id":7,"port":"30120"}""", JsonSerializer.Serialize(server));
    }

    /// <summary>The data of a call that is answered with these.</summary>
    private async Task<T?> Read<T>(Func<SonoranClient, Task<SonoranResponse<T>>> call, string data)
    {
        using var sonoran = Emulator.Client();
        await Emulator.Answer($$$"""{"success":true,"data":{{{data}}},"meta":{}}""");
        var response = await call(sonoran);
        Assert.True(response.success, response.reason);
        return response.value;
    }
}
