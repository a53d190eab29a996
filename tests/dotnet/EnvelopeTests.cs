using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What surrounds the data of an answer: read here where it is as expected, else by the core, with the same result.</summary>
public sealed class EnvelopeTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Theory]
    [InlineData("""{"success":true,"data":{"id":1},"meta":{"path":"/"}}""")]
    [InlineData("  \n{ \"meta\" : {\"path\":\"/\"} ,\r\n\t\"data\":{\"id\":1}, \"success\":true } \n")]
    [InlineData("""{"data":{"id":1},"meta":{"path":"/"}}""")]
    [InlineData("""{"success":"true","data":{"id":1},"meta":{"path":"/"}}""")]
    [InlineData("""{"success":1,"data":{"id":1},"meta":{"path":"/"},"more":[null]}""")]
    [InlineData("\uFEFF{\"success\":true,\"data\":{\"id\":1},\"meta\":{\"path\":\"/\"}}")]
    public async Task A_success_has_data_and_meta(string body)
    {
        var response = await Answered(body);
        Assert.True(response.success);
        Assert.Equal((200, 1), (response.status, response.attempts));
        Assert.Equal(1, response.data!.Value.GetProperty("id").GetInt32());
        Assert.Equal("/", response.meta!.Value.GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("""{"success":true}""")]
    [InlineData("""{"success":true,"data":null,"meta":null}""")]
    [InlineData("""{"success":"TRUE","data":null}""")]
    public async Task A_success_may_have_none_of_them(string body)
    {
        var response = await Answered(body);
        Assert.True(response.success);
        Assert.Null(response.data);
        Assert.Null(response.meta);
    }

    [Theory]
    [InlineData("""{"success":false,"message":"Not today."}""", "api", "Not today.")]
    [InlineData("""{"success":"0","message":"Not today."}""", "api", "Not today.")]
    [InlineData("""{"error":"Not today.","data":{"id":1}}""", "api", "Not today.")]
    [InlineData("""{"success":false,"success":true,"data":{"id":1}}""", "invalidResponse", "is not this API's JSON")]
    [InlineData("""{"success":true,"data":{"id":1},"data":{"id":2}}""", "invalidResponse", "is not this API's JSON")]
    [InlineData("""{"success":"maybe","data":{}}""", "invalidResponse", "is not this API's JSON")]
    [InlineData("""{"success":true,"data":{"id":1}""", "invalidResponse", "is not this API's JSON")]
    [InlineData("""{"success":true,"data":{"id":1}}}""", "invalidResponse", "is not this API's JSON")]
    [InlineData("""[{"success":true}]""", "invalidResponse", "is not this API's JSON")]
    [InlineData("true", "invalidResponse", "is not this API's JSON")]
    [InlineData("", "invalidResponse", "it is empty")]
    [InlineData("<html><title>Down</title></html>", "invalidResponse", "page")]
    public async Task What_is_no_success_says_so(string body, string kind, string words)
    {
        var response = await Answered(body);
        Assert.False(response.success);
        Assert.Equal((kind, 200, 1), (response.error!.kind, response.status, response.attempts));
        Assert.Equal("getCommunityV2", response.error.operation);
        Assert.Contains(words, response.reason, StringComparison.Ordinal);
        Assert.Null(response.data);
    }

    [Theory]
    [InlineData("true", 127, true)]
    [InlineData("1", 127, true)]
    [InlineData("true", 128, false)]
    [InlineData("1", 128, false)]
    [InlineData("true", 100_000, false)]
    public async Task Data_may_be_as_deep_as_JSON_is_read(string success, int depth, bool isRead)
    {
        var data = new string('[', depth) + new string(']', depth);
        var response = await Answered($$"""{"success":{{success}},"data":{{data}}}""");
        Assert.Equal(isRead, response.success);
        Assert.Equal(isRead ? data : null, response.data?.GetRawText());
        Assert.Equal(isRead ? null : SonoranErrorKind.InvalidResponse, response.error?.kind);
        if (!isRead)
        {
            Assert.StartsWith("The answer (status 200) is not JSON of at most 127 levels: ", response.reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Data_that_are_deep_can_be_asked_for()
    {
        var list = new string('[', 100) + new string(']', 100);
        var response = await Answered($$"""{"success":true,"data":{{list}},"meta":{{list}}}""");
        Assert.Equal(list, response.As<JsonElement>().GetRawText());
        Assert.Throws<InvalidResponseError>(() => ((SonoranResponse<Types.Community>)response).unwrap());
        var deeper = await Answered($$"""{"success":true,"data":{},"meta":{{new string('[', 200)}}{{new string(']', 200)}}}""");
        Assert.Equal(SonoranErrorKind.InvalidResponse, deeper.error!.kind);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(100_000, false)]
    public async Task A_problem_may_be_as_deep(int depth, bool isRead)
    {
        var more = new string('[', depth) + new string(']', depth);
        var response = await Answered($$"""{"success":false,"message":"Not today.","more":{{more}}}""");
        Assert.False(response.success);
        Assert.Contains("Not today.", response.reason, StringComparison.Ordinal);
        Assert.Equal(isRead ? more : null, response.error!.problemJson?.GetProperty("more").GetRawText());
    }

    [Fact]
    public async Task An_answer_stays_when_others_have_come()
    {
        var first = await Answered("""{"success":true,"data":{"id":"first"},"meta":{"path":"/first"}}""");
        for (var other = 0; other < 50; other++)
        {
            await Answered("""{"success":true,"data":{"id":"other"},"meta":{"path":"/other"}}""");
        }

        GC.Collect();
        Assert.Equal("first", first.data!.Value.GetProperty("id").GetString());
        Assert.Equal("/first", first.meta!.Value.GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("null", true)]
    [InlineData("{}", false)]
    public async Task Nobody_is_on_the_clock_where_no_row_says_so(string data, bool fits)
    {
        await Emulator.Answer($$"""{"success":true,"data":{{data}}}""");
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        var response = await sonoran.Cms.getCurrentClockInV2(Zeros);
        Assert.True(response.success);
        if (fits)
        {
            Assert.Null(response.value.clockRow);
            Assert.Null(response.unwrap().clockRow);
        }
        else
        {
            Assert.Throws<InvalidResponseError>(() => response.unwrap());
        }
    }

    private async Task<SonoranResponse> Answered(string body)
    {
        await Emulator.Answer(body);
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);
        return await sonoran.Cms.getCommunityV2();
    }
}
