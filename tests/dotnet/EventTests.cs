using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sonoran.Types;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The parser of push events: what passes, and what is refused with which words.</summary>
public sealed class EventTests
{
    private const string Key = "c4nary-0fTheKey";

    public static TheoryData<string> Types => DocumentedEvent.Types;

    /// <summary>Bodies that are no events, with the kind and the status of their refusal.</summary>
    public static IEnumerable<TheoryDataRow<string, EventErrorKind, int>> Refused =>
    [
        new("", EventErrorKind.Malformed, 400),
        new("{", EventErrorKind.Malformed, 400),
        new("null", EventErrorKind.Malformed, 400),
        new("[]", EventErrorKind.Malformed, 400),
        new($"[\"{Key}\",\"X\",{{}}]", EventErrorKind.Malformed, 400),
        new($"\"{Key}\"", EventErrorKind.Malformed, 400),
        new($$"""{"key":"{{Key}}"}""", EventErrorKind.Malformed, 400),
        new($$"""{"key":"{{Key}}","type":""}""", EventErrorKind.Malformed, 400),
        new($$"""{"key":"{{Key}}","type":7}""", EventErrorKind.Malformed, 400),
        new($$"""{"key":"{{Key}}","type":"X","type":"Y"}""", EventErrorKind.Malformed, 400),
        new($$"""{"key":"{{Key}}","key":"{{Key}}","type":"X"}""", EventErrorKind.Malformed, 400),
        new($$"""{"key":"{{Key}}","type":"X"}x""", EventErrorKind.Malformed, 400),
        new($$"""{"key":"{{Key}}","type":"\ud800"}""", EventErrorKind.Malformed, 400),
        new(Nested(32), EventErrorKind.Malformed, 400),
        new(DocumentedEvent.WithKey(Key, "X", $"[{string.Join(",", Enumerable.Repeat(1, 10_000))}]"), EventErrorKind.Malformed, 400),
        new("""{"type":"X"}""", EventErrorKind.Auth, 401),
        new("""{"key":null,"type":"X"}""", EventErrorKind.Auth, 401),
        new("""{"key":["c4nary-0fTheKey"],"type":"X"}""", EventErrorKind.Auth, 401),
        new("""{"key":"","type":"X"}""", EventErrorKind.Auth, 401),
        new("""{"key":"another","type":"X"}""", EventErrorKind.Auth, 401),
        new($$"""{"key":"{{Key}} ","type":"X"}""", EventErrorKind.Auth, 401),
        new(new string(' ', SonoranEvents.MaxBytes + 1), EventErrorKind.TooLarge, 413),
        new(new string('é', (SonoranEvents.MaxBytes / 2) + 1), EventErrorKind.TooLarge, 413),
        new(new string('\ud800', SonoranEvents.MaxBytes), EventErrorKind.TooLarge, 413),
    ];

    /// <summary>Arguments that no event can be checked with.</summary>
    public static IEnumerable<TheoryDataRow<string, Action>> Misuse =>
    [
        new("key", () => SonoranEvents.Parse("{}", (string)null!)),
        new("key", () => SonoranEvents.Parse("{}", "")),
        new("key", () => SonoranEvents.Parse("{}", "half\ud800")),
        new("key", () => SonoranEvents.TryParse("{}", " ", out _, out _)),
        new("key", () => SonoranEvents.Parse("{}"u8, "K1\n")),
        new("keys", () => SonoranEvents.Parse("{}", [Key, "ключ"])),
        // What halves are usually replaced by.
        new("key", () => SonoranEvents.Parse("{}", "\ufffd")),
        new("key", () => SonoranEvents.TryParse("{}"u8, "", out _, out _)),
        new("keys", () => SonoranEvents.Parse("{}", (string[])null!)),
        new("keys", () => SonoranEvents.Parse("{}"u8, [])),
        new("keys", () => SonoranEvents.Parse("{}", [Key, ""])),
        new("keys", () => SonoranEvents.TryParse("{}", [Key, null!], out _, out _)),
        new("body", () => SonoranEvents.Parse((string)null!, Key)),
        new("body", () => SonoranEvents.TryParse((string)null!, [Key], out _, out _)),
    ];

    [Fact]
    public void There_are_documented_events() => Assert.True(DocumentedEvent.All.Count >= 3);

    [Theory, MemberData(nameof(Types))]
    public void A_documented_event_is_read_whole(string type)
    {
        var documented = DocumentedEvent.Of(type);
        var received = SonoranEvents.Parse(documented.Body.GetRawText(), DocumentedEvent.Key);
        Assert.Equal($"{documented.Name}Event", received.GetType().Name);
        Assert.Equal(type, received.Type);
        Assert.Equal(documented.AccountId, received.AccountId);
        Assert.Equal(documented.Data.GetRawText(), received.RawData.GetRawText());
        var data = received.GetType().GetProperty("Data")!.GetValue(received)!;
        Assert.Equal(documented.Name, data.GetType().Name);
        Assert.Null(data.GetType().GetProperty("Extra")!.GetValue(data));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(documented.Data.GetRawText()), JsonSerializer.SerializeToNode(data)));
        Covered.Add(type);
    }

    [Fact]
    public void Bytes_text_and_several_keys_are_the_same_event()
    {
        var body = DocumentedEvent.WithKey(Key, "ACCOUNT_KICKED", """{"accountId":"ä"}""");
        var bytes = Encoding.UTF8.GetBytes(body);
        string[] keys = ["another", Key];
        SonoranEvent[] all =
        [
            SonoranEvents.Parse(body, Key),
            SonoranEvents.Parse(bytes, Key),
            SonoranEvents.Parse(body, keys),
            SonoranEvents.Parse(bytes.AsSpan(), keys.ToList()),
            SonoranEvents.Parse("\ufeff" + body, Key),
            Tried(SonoranEvents.TryParse(body, Key, out var one, out var none), one, none),
            Tried(SonoranEvents.TryParse(bytes, keys, out one, out none), one, none),
        ];
        Assert.All(all, received => Assert.Equal("ä", Assert.IsType<AccountKickedEvent>(received).AccountId));
    }

    [Fact]
    public void What_is_not_known_is_passed_on()
    {
        var other = Unknown("ROSTER_CHANGED", """{"rosterId": 7}""");
        Assert.Equal("""{"rosterId": 7}""", other.Data.GetRawText());
        Assert.Equal(JsonValueKind.Null, Unknown("ACCOUNT_KICKED", "null").Data.ValueKind);
        Assert.Equal(JsonValueKind.Array, Unknown("ACCOUNT_KICKED", "[]").Data.ValueKind);
    }

    [Fact]
    public void A_field_in_another_form_than_documented_loses_no_other()
    {
        var body = DocumentedEvent.WithKey(Key, "ACCOUNT_UPDATED", """{"accId":"b","discordId":{"id":123456},"accName":"Alex","owner":["yes"]}""");
        var updated = Assert.IsType<AccountUpdatedEvent>(SonoranEvents.Parse(body, Key));
        Assert.Equal(("b", "Alex"), (updated.AccountId, updated.Data.accName));
        Assert.Null(updated.Data.discordId);
        Assert.Equal("""{"id":123456}""", updated.Data.Extra!["discordId"].GetRawText());
        Assert.Equal("""["yes"]""", updated.Data.Extra["owner"].GetRawText());
        body = DocumentedEvent.WithKey(Key, "ACCOUNT_UPDATED", """{"accName":"Alex","discordId":123456}""");
        updated = Assert.IsType<AccountUpdatedEvent>(SonoranEvents.Parse(body, Key));
        Assert.Equal("Alex", updated.Data.accName);
        Assert.Equal("123456", updated.Data.discordId);
    }

    [Fact]
    public void Fields_that_are_not_documented_and_nulls_are_kept()
    {
        var body = DocumentedEvent.WithKey(Key, "ACCOUNT_BANNED", """{"accountId":null,"reason":"Cheating"}""");
        var banned = Assert.IsType<AccountBannedEvent>(SonoranEvents.Parse(body, Key));
        Assert.Null(banned.AccountId);
        Assert.Equal("Cheating", banned.Data.Extra!["reason"].GetString());
        Assert.Equal(JsonValueKind.Null, banned.RawData.GetProperty("accountId").ValueKind);
    }

    [Theory, MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void A_body_is_refused(string body, EventErrorKind kind, int status)
    {
        var error = Assert.Throws<EventError>(() => SonoranEvents.Parse(body, ["old", Key]));
        Assert.Equal((kind, status), (error.Kind, error.Status));
        Assert.Equal(error.Message, error.Reason);
        Assert.EndsWith(".", error.Reason);
        Assert.DoesNotContain("c4nary", error.ToString());
        Assert.False(SonoranEvents.TryParse(Encoding.UTF8.GetBytes(body), Key, out var received, out var told));
        Assert.Null(received);
        Assert.Equal((kind, error.Reason), (told.Kind, told.Reason));
    }

    [Fact]
    public void The_bounds_hold_exactly()
    {
        var empty = DocumentedEvent.WithKey(Key, "X", "\"\"");
        var full = DocumentedEvent.WithKey(Key, "X", $"\"{new string('x', SonoranEvents.MaxBytes - empty.Length)}\"");
        Assert.Equal(SonoranEvents.MaxBytes, full.Length);
        SonoranEvents.Parse(full, Key);
        SonoranEvents.Parse(Nested(31), Key);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        foreach (var half in (string[])["\ud800", "\udc00", "ä\ud83d", "\ude00\ud83d", "\ud83d\ude00\ud83d"])
        {
            var body = $$"""{"key":"{{Key}}","type":"X","data":"{{half}}"}""";
            Assert.Equal(EventErrorKind.Malformed, Assert.Throws<EventError>(() => SonoranEvents.Parse(body, Key)).Kind);
        }
    }

    [Theory, MemberData(nameof(Misuse), DisableDiscoveryEnumeration = true)]
    public void Wrong_arguments_are_misuse(string name, Action parse)
    {
        var error = Assert.ThrowsAny<ArgumentException>(parse);
        Assert.Equal(name, error.ParamName);
        Assert.DoesNotContain("c4nary", error.ToString());
    }

    [Fact]
    public void The_key_is_in_no_event()
    {
        foreach (var type in (string[])["X", "ACCOUNT_KICKED"])
        {
            var received = SonoranEvents.Parse(DocumentedEvent.WithKey(Key, type, "{}"), Key);
            Assert.DoesNotContain(Key, received.ToString());
            Assert.DoesNotContain(Key, JsonSerializer.Serialize(received, received.GetType()));
        }
    }

    [Fact]
    public void The_types_of_the_data_are_the_documented_ones()
    {
        var updated = (AccountUpdatedEvent)SonoranEvents.Parse(DocumentedEvent.Of("ACCOUNT_UPDATED").Body.GetRawText(), DocumentedEvent.Key);
        AccountUpdated data = updated.Data;
        Assert.Equal((false, true, "ExampleAccount"), (data.owner, data.comStatus, data.accName));
        Assert.Equal(["111111111111111111"], data.activeApiIds!);
    }

    private static UnknownEvent Unknown(string type, string data) =>
        Assert.IsType<UnknownEvent>(SonoranEvents.Parse(DocumentedEvent.WithKey(Key, type, data), Key));

    private static SonoranEvent Tried(bool success, SonoranEvent? received, EventError? error)
    {
        Assert.True(success);
        Assert.Null(error);
        return received!;
    }

    /// <summary>An event with data of so many lists in one another.</summary>
    private static string Nested(int depth) =>
        DocumentedEvent.WithKey(Key, "X", new string('[', depth) + new string(']', depth));
}
