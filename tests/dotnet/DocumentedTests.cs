using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The documented call of every operation.</summary>
public sealed class DocumentedTests(Emulator emulator) : EmulatorTests(emulator)
{
    // What may differ: a profile field holds values of any type, and the documented call of setAccountRanks takes away a
    // rank that the documented answer has.
    private static readonly Dictionary<string, string> Excused = new()
    {
        ["getComAccount"] = ".value is ",
        ["editAccountProfileFields"] = ".value is ",
        ["setAccountRanks"] = " is empty",
    };

    public static TheoryNames Methods => DocumentedCall.Names;

    [Fact]
    public void There_are_documented_calls() => Assert.True(DocumentedCall.All.Count >= 112);

    [Theory, MemberData(nameof(Methods))]
    public async Task Succeeds_as_documented(string method)
    {
        var documented = DocumentedCall.Of(method);
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);

        var response = await documented.Invoke(sonoran.Cms);

        Assert.Null(response.reason);
        Assert.True(response.success);
        Assert.Null(response.error);
        Assert.Equal(documented.Status, response.status);
        CheckAnswer(documented, response);
        Covered.Add(method);
    }

    [Theory, MemberData(nameof(Methods))]
    public async Task Sends_what_the_documentation_shows(string method)
    {
        var documented = DocumentedCall.Of(method);
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);

        await documented.Invoke(sonoran.Cms);

        var request = Assert.Single(await Emulator.Journal());
        Assert.Equal(documented.Verb, request.GetProperty("method").GetString());
        if (documented.Version == 1)
        {
            var body = request.GetProperty("body");
            Assert.Equal(documented.Call.Type, body.GetProperty("type").GetString());
            Assert.True(documented.Arguments.Count == 0 || JsonNode.DeepEquals(Node(documented.Call.Data), Node(body.GetProperty("data"))));
        }

        if (documented.Call.Payload is { ValueKind: JsonValueKind.Object } payload)
        {
            Assert.True(JsonNode.DeepEquals(Node(payload), Node(request.GetProperty("body"))));
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public async Task The_type_of_the_data_keeps_all_of_it(string method)
    {
        using var sonoran = Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);

        var response = await DocumentedCall.Of(method).Invoke(sonoran.Cms);

        var value = response.GetType().GetProperty("value")!.GetValue(response);
        Assert.NotNull(value);
        if (response.data is null)
        {
            Assert.IsType<NoContent>(value);
            return;
        }

        var kept = Shape.WithoutNulls(JsonSerializer.SerializeToNode(value));
        Assert.True(JsonNode.DeepEquals(Shape.WithoutNulls(Node(response.data)), kept), kept?.ToJsonString());
    }

    private static void CheckAnswer(DocumentedCall documented, SonoranResponse response)
    {
        if (documented.Status == 204)
        {
            Assert.Null(response.data);
            Assert.Null(response.meta);
            return;
        }

        var found = Shape.Differences(documented.Data ?? default, response.data!.Value);
        Assert.DoesNotContain(found, each => !Excused.TryGetValue(documented.Method, out var excused) || !each.Contains(excused));
        if (documented.Version == 1)
        {
            Assert.Null(response.meta);
            return;
        }

        CheckMeta(response.meta!.Value);
    }

    private static void CheckMeta(JsonElement meta)
    {
        Assert.Equal(["path", "timestamp"], meta.EnumerateObject().Select(member => member.Name).Order());
        Assert.True(DateTimeOffset.TryParse(meta.GetProperty("timestamp").GetString(), CultureInfo.InvariantCulture, out _));
        Assert.StartsWith("/v2/community", meta.GetProperty("path").GetString());
    }

    private static JsonNode? Node(JsonElement? element) => element is { } value ? JsonNode.Parse(value.GetRawText()) : null;
}
