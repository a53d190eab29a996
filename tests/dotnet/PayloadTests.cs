using System.Collections.Specialized;
using System.Net;
using System.Numerics;
using System.Runtime.Serialization;
using System.Security;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What becomes of a program's own objects on their way out, and of answers on their way in.</summary>
public sealed class PayloadTests(Emulator emulator) : EmulatorTests(emulator)
{
    private static readonly Guid Some = Guid.Parse("ABCDEF00-0000-4000-8000-000000000001");

    private enum Mode
    {
        FiveM,
        [EnumMember(Value = "clockin")]
        ClockIn,
    }

#if NET9_0_OR_GREATER
    private enum State
    {
        [JsonStringEnumMemberName("on-duty")]
        OnDuty,
    }
#endif

    /// <summary>Payloads, and what is sent of them.</summary>
    public static IEnumerable<TheoryDataRow<object, string>> Forms =>
    [
        new(new { NewName = "a", Inner = new { URLPath = 1, Items = new[] { new { ItemId = 2 } } } }, """{"newName":"a","inner":{"urlPath":1,"items":[{"itemId":2}]}}"""),
        new(new Named("a") { Given = 1, Untouched = 2, Left = 3 }, """{"newName":"a","As_It_Is":2,"given":1}"""),
        new(new Dictionary<string, object> { ["Key As-Is"] = new { Value = 1 } }, """{"Key As-Is":{"value":1}}"""),
        new(new { Mode = Mode.FiveM, Other = (Mode?)Mode.ClockIn, By = new Dictionary<Mode, int> { [Mode.ClockIn] = 1 } }, """{"mode":"FiveM","other":"clockin","by":{"clockin":1}}"""),
        new(new { Id = Some, None = (Guid?)null }, """{"id":"abcdef00-0000-4000-8000-000000000001","none":null}"""),
        new(new { Text = (SonoranId)"7", Number = (SonoranId)7, Uuid = (SonoranId)Some, None = default(SonoranId) }, """{"text":"7","number":7,"uuid":"abcdef00-0000-4000-8000-000000000001","none":null}"""),
        new(new { By = new Dictionary<SonoranId, SonoranId?> { [7] = 8 } }, """{"by":{"7":8}}"""),
        new(new { At = new DateTime(2026, 4, 15, 12, 0, 0, DateTimeKind.Utc) }, """{"at":"2026-04-15T12:00:00Z"}"""),
        new(new { At = new DateTime(2026, 4, 15, 12, 0, 0, DateTimeKind.Utc).ToLocalTime() }, """{"at":"2026-04-15T12:00:00Z"}"""),
        new(new { At = new DateTimeOffset(2026, 4, 15, 12, 0, 0, TimeSpan.FromHours(2)) }, """{"at":"2026-04-15T10:00:00Z"}"""),
        new(new { Big = new BigInteger(ulong.MaxValue), Id = ulong.MaxValue, Exact = 0.1m }, """{"big":18446744073709551615,"id":18446744073709551615,"exact":0.1}"""),
        new(JObject.Parse("""{"Name":"ä🚓","list":[1,null,{"X":1.5}]}"""), """{"Name":"ä🚓","list":[1,null,{"X":1.5}]}"""),
        new(new { Token = (object)new JArray(1, "a", JValue.CreateNull()), Value = new JValue("b"), Deep = new Dictionary<string, object> { ["K"] = new JObject { ["A"] = true } } }, """{"token":[1,"a",null],"value":"b","deep":{"K":{"A":true}}}"""),
        new(new { None = DBNull.Value, Text = new StringBuilder("a"), Rune = new Rune('b'), At = IPAddress.Loopback }, """{"none":null,"text":"a","rune":"b","at":"127.0.0.1"}"""),
        new(new { At = new Vector3(1, 2, 3), Page = new Uri("https://a/"), Version = new Version(1, 2), Letter = 'a', Day = new DateOnly(2026, 4, 15) }, """{"at":{"x":1,"y":2,"z":3},"page":"https://a/","version":"1.2","letter":"a","day":"2026-04-15"}"""),
        new(new { Servers = new IServer[] { new MyServer { Id = 1, Ip = "a" } }, One = (IServer)new MyServer { Id = 2, Ip = "b" } }, """{"servers":[{"ip":"a","id":1}],"one":{"ip":"b","id":2}}"""),
        new(new { Servers = new List<Server?> { new MyServer { Id = 1, Ip = "a" }, null, new() }, One = (Server)new MyServer { Ip = "b" } }, """{"servers":[{"ip":"a","id":1},null,{"id":0}],"one":{"ip":"b","id":0}}"""),
        new(new { Shapes = new Shape[] { new Circle(1) }, Value = (IFormattable)5 }, """{"shapes":[{"kind":"circle","radius":1}],"value":5}"""),
        new(new { List = new List<JToken> { new JObject(), new JValue(2) } }, """{"list":[{},2]}"""),
        new(new FromNewtonsoft { Account = "a", Secret = "b" }, """{"accId":"a"}"""),
        new(new FromContract { Account = "a", Secret = "b" }, """{"accId":"a"}"""),
        new(new Plain { Account = "a", Secret = "b" }, """{"accId":"a"}"""),
        new(new Dictionary<string, object> { ["newName"] = "a", ["newname"] = "b", ["renamed"] = 2 }, """{"newName":"a","newname":"b","renamed":2}"""),
        // Other words, and other fields of the service.
        new(new { newNames = "a", apiIds = new[] { "b" }, game = "c" }, """{"newNames":"a","apiIds":["b"],"game":"c"}"""),
    ];

    /// <summary>Payloads that are refused, each with the place of the fault.</summary>
    public static IEnumerable<TheoryDataRow<string, object>> Refused =>
    [
        new("payload.points", new { Points = double.NaN }),
        new("payload.points", new { Points = float.PositiveInfinity }),
        new("payload.records[1].at", new { Records = new object[] { 1, new { At = new DateTime(2026, 4, 15) } } }),
        new("payload.after", new { After = TimeSpan.FromSeconds(1) }),
        new("payload.pair", new { Pair = (1, 2) }),
        new("payload.pairs[2]", new { Pairs = new object[] { 1, 2, Tuple.Create("a", 1) } }),
        new("payload", (Name: "a", Points: 1)),
        new("payload.image", new { Image = new byte[] { 1, 2 } }),
        new("payload.task", new { Task = Task.FromResult(1) }),
        new("payload.task", new { Task = ValueTask.FromResult(1) }),
        new("payload.task", new { Task = ValueTask.CompletedTask }),
        new("payload.later", new { Later = new Lazy<int>(() => 1) }),
        new("payload.pair", new { Pair = KeyValuePair.Create("a", 1) }),
        new("payload.pairs[0]", new { Pairs = new List<KeyValuePair<string, int>> { new("a", 1) } }),
        new("payload.names", new { Names = new NameValueCollection { ["a"] = "b" } }),
        new("payload.image", new { Image = new Memory<byte>([1]) }),
        new("payload.image", new { Image = new ReadOnlyMemory<byte>([1]) }),
        new("payload.image", new { Image = new ArraySegment<byte>([1]) }),
        new("payload.image", new { Image = new MemoryStream() }),
        new("payload.error", new { Error = new InvalidOperationException() }),
        new("payload.list[1]", new { List = new object[] { 1, new Regex("a") } }),
        new("payload.own.own.own", new { Own = new Holder { Own = new Holder { Own = new Regex("a") } } }),
        new("payload", new Endless()),
        new("payload", new { All = new[] { new Endless() } }),
        new("payload.secret", new { Secret = new SecureString() }),
        new("payload.mode", new { Mode = (Mode)9 }),
        new("payload.type", new { Type = typeof(string) }),
        new("payload.reason", new { Reason = "half \ud83d" }),
        new("payload.reason", new { Reason = "\ude00 half" }),
        new("payload.fields.a b[0]", new { Fields = new Dictionary<string, object> { ["a b"] = new[] { "\ud83d" } } }),
        new("payload.fields", new { Fields = new Dictionary<string, object> { ["\ud83d"] = 1 } }),
        new("payload.node.a", new { Node = new JsonObject { ["a"] = "\ud83d" } }),
        new("payload.element[1]", new { Element = JsonDocument.Parse("""["a","\ud83d"]""").RootElement }),
        new("payload.token.list[1]", new { Token = new JObject { ["list"] = new JArray("a", "\ud83d") } }),
        new("payload", new SonoranCallOptions()),
        new("payload", new CancellationToken(canceled: true)),
        new("payload.options", new { Options = new SonoranCallOptions() }),
        new("payload", new Types.Account()),
        new("payload", new SonoranClientOptions()),
        new("payload.newname", new { newname = "a" }),
        new("payload.NewName", new Dictionary<string, object> { ["a"] = new[] { 1 }, ["NewName"] = "a" }),
        new("payload.new_name", new JObject { ["new_name"] = "a" }),
        new("payload.newNmae", new { newNmae = "a" }),
        new("payload.newName", new Types.SetAccountNamePayload { newName = "a", Extra = Twice("newName") }),
        new("payload.inner.more", new { Inner = JsonDocument.Parse("""{"more":1,"more":2}""").RootElement }),
        new("payload.inner.m3", new { Inner = JsonDocument.Parse($$"""{{{string.Join(',', Enumerable.Range(0, 40).Select(at => $"\"m{at}\":{at}"))}},"m3":0}""").RootElement }),
        new("payload.inner.m39", new { Inner = JsonDocument.Parse($$"""{{{string.Join(',', Enumerable.Range(0, 40).Select(at => $"\"m{at}\":{at}"))}},"m39":0}""").RootElement }),
        new("payload", new { newName = "a", NewName = "b" }),
        new("payload", new { Inner = new { a = 1, A = 2 } }),
        new("payload.account", new { Account = new Hidden() }),
        new("payload.account", new { Account = new Converted() }),
    ];

    [Theory, MemberData(nameof(Forms), DisableDiscoveryEnumeration = true)]
    public async Task Is_sent_as(object payload, string sent)
    {
        using var sonoran = Client();
        await sonoran.Cms.setAccountNameV2(Zeros, payload);
        var request = Assert.Single(await Emulator.Journal());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent), JsonNode.Parse(request.GetProperty("body").GetRawText())), request.GetProperty("body").GetRawText());
    }

    [Theory, MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task Is_refused_with_its_place(string path, object payload)
    {
        using var sonoran = Client();
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => sonoran.Cms.setAccountNameV2(Zeros, payload));
        Assert.Equal(path, error.ParamName);
        Assert.StartsWith($"{path} ", error.Message);
        Assert.Empty(await Emulator.Journal());
    }

    [Fact]
    public async Task What_is_refused_is_told_with_what_to_do()
    {
        using var sonoran = Client();
        Task<string> Message(object payload) => Refusal(() => sonoran.Cms.setAccountNameV2(Zeros, payload));
        Assert.Contains("DateTime.SpecifyKind", await Message(new { at = new DateTime(2026, 4, 15) }));
        Assert.Contains("new { name = value }", await Message(new { pair = (1, 2) }));
        Assert.Contains("await", await Message(new { task = Task.CompletedTask }));
        Assert.Contains("await", await Message(new { task = ValueTask.FromResult(1) }));
        Assert.Contains("Value", await Message(new { later = new Lazy<int>(1) }));
        Assert.Contains("Regex", await Message(new { pattern = new Regex("a") }));
        Assert.Contains("cancellationToken", await Message(CancellationToken.None));
        Assert.Contains("WithCancellation", (await Assert.ThrowsAnyAsync<ArgumentException>(() => sonoran.Walk.getAccountsV2(new CancellationToken(canceled: true)).ListAsync())).Message);
        Assert.Contains("options", await Message(new SonoranCallOptions()));
        Assert.Contains("nothing to send", await Message(sonoran));
        Assert.Contains("nothing to send", await Message(sonoran.Cms));
        Assert.StartsWith("payload is a Account, which no operation takes alone: give a SetAccountNamePayload", await Message(new Types.Account()));
        Assert.StartsWith("payload.newname is no documented field: did you mean newName?", await Message(new { newname = "a" }));
        Assert.Contains("has Name, which is to be sent, but is not public", await Message(new Hidden()));
        Assert.StartsWith("payload.newName is there twice", await Message(new Types.SetAccountNamePayload { newName = "a", Extra = Twice("newName") }));
        Assert.StartsWith("payload has newName and NewName, which are one name in JSON", await Message(new { newName = "a", NewName = "b" }));
        Assert.StartsWith("payload goes deeper than 64 levels, so that something in it most likely holds itself: payload.again.again.again.again…", await Message(new Endless()));
        Assert.Contains("has At with Newtonsoft's [JsonConverter]", await Message(new Converted()));
    }

    [Fact]
    public async Task Names_that_are_nearly_documented_are_refused_at_any_depth_and_in_queries()
    {
        using var sonoran = Client();
        Assert.StartsWith("payload.Add ", await Refusal(() => sonoran.Cms.setAccountRanksV2(Zeros, new Dictionary<string, object> { ["Add"] = new[] { "rank-1" } })));
        Assert.StartsWith("payload.servers[1].Name ", await Refusal(() => sonoran.Cms.setServersV2(new { servers = new object[] { new { name = "a" }, new Dictionary<string, object> { ["Name"] = "b" } } })));
        Assert.StartsWith("servers[0].Name ", await Refusal(() => sonoran.Cms.addGameServers(new[] { new Dictionary<string, object> { ["Name"] = "a" } })));
        Assert.StartsWith("query.sysstatus ", await Refusal(() => sonoran.Cms.getAccountsV2(new { sysstatus = true })));
        Assert.StartsWith("payload.acc_id ", await Refusal(() => sonoran.Cms.createActivityV2(new Types.ActivityTrackerPayload { Extra = Twice("acc_id") })));
        Assert.Throws<ArgumentException>("query.sysstatus", () => sonoran.Walk.getAccountsV2(new { sysstatus = true }));
        // A walk has a skip of its own besides, beside which the core would let it pass.
        Assert.Throws<ArgumentException>("query.Skip", () => sonoran.Walk.getAccountsV2(new Dictionary<string, int> { ["Skip"] = 20 }));
        Assert.Empty(await Emulator.Journal());
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(System.Net.Sockets.SocketException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task What_a_payload_throws_is_told_with_its_place(Type type)
    {
        using var sonoran = Client();
        var thrown = (Exception)Activator.CreateInstance(type)!;
        async Task Check(string path, object payload)
        {
            var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => sonoran.Cms.setAccountNameV2(Zeros, payload));
            Assert.Equal((path, thrown), (error.ParamName, error.InnerException));
        }

        await Check("payload.value.value", new { A = 1, Value = new Throwing(thrown) });
        await Check("payload.some[1].value", new { Some = new object[] { 1, new Throwing(thrown) } });
        await Check("payload.value", new Throwing(thrown));
        await Check("payload.list[1]", new { List = new[] { 1, 2 }.Select(item => item < 2 ? item : throw thrown) });
        Assert.Empty(await Emulator.Journal());
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_refused_in_ids_and_options_too()
    {
        using var sonoran = Client();
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => sonoran.Cms.resolveDiscordAccountV2("1\ud83d"));
        Assert.Equal("discordId", error.ParamName);
        Assert.Empty(await Emulator.Journal());
        string Option(Action<SonoranClientOptions> change) => Assert.ThrowsAny<ArgumentException>(() => Emulator.Client(change)).ParamName!;
        Assert.Equal("apiKey", Option(options => options.apiKey = "\ud83d"));
        Assert.Equal("apiHeaders.x-a", Option(options => options.apiHeaders = new Dictionary<string, string> { ["x-a"] = "\ud83d" }));
        Assert.Equal("apiHeaders", Option(options => options.apiHeaders = new Dictionary<string, string> { ["\ud83d"] = "a" }));
    }

    [Fact]
    public async Task Call_options_and_tokens_are_not_taken_for_a_query()
    {
        using var sonoran = Client();
        Assert.True((await sonoran.Cms.getAccountsV2(new SonoranCallOptions { retries = 0 })).success);
        Assert.Equal("{}", Assert.Single(await Emulator.Journal()).GetProperty("query").GetRawText());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sonoran.Cms.getAccountsV2(new CancellationToken(canceled: true)));
        Assert.StartsWith("query.timeout ", await Refusal(() => sonoran.Cms.getAccountsV2(new { Timeout = 5 })));
        Assert.StartsWith("query ", await Refusal(() => sonoran.Cms.getAccountsV2("take=5")));
    }

    [Fact]
    public async Task A_query_of_properties_is_sent_by_their_names()
    {
        using var sonoran = Client();
        Assert.Null((await sonoran.Cms.getAccountsV2(new { Take = 5, SysStatus = true })).reason);
        Assert.Equal("""{"take":"5","sysStatus":"true"}""", Assert.Single(await Emulator.Journal()).GetProperty("query").GetRawText());
    }

    [Fact]
    public async Task An_id_is_taken_in_any_form()
    {
        using var sonoran = Client();
        var account = Guid.Parse(Zeros);
        Assert.Null((await sonoran.Cms.getAccountV2(account)).reason);
        await sonoran.Cms.resolveDiscordAccountV2(ulong.MaxValue);
        await sonoran.Cms.getWhitelistV2("1");
        int? server = 1;
        await sonoran.Cms.getWhitelistV2(server);
        await sonoran.Cms.startSession("1", account);
        var journal = await Emulator.Journal();
        var paths = journal.Take(4).Select(request => request.GetProperty("path").GetString()!.Split('/')[^1..][0]);
        Assert.Equal([Zeros, $"{ulong.MaxValue}", "whitelist", "whitelist"], paths);
        Assert.Equal($$"""{"accId":"{{Zeros}}","serverId":1}""", journal[4].GetProperty("body").GetProperty("data")[0].GetRawText());
    }

#if NET9_0_OR_GREATER
    [Fact]
    public async Task A_member_of_an_enumeration_goes_by_the_name_that_is_given_to_it()
    {
        using var sonoran = Client();
        await sonoran.Cms.setAccountNameV2(Zeros, new { State = State.OnDuty });
        Assert.Equal("""{"state":"on-duty"}""", Assert.Single(await Emulator.Journal()).GetProperty("body").GetRawText());
    }
#endif

    [Fact]
    public async Task An_id_in_a_query_is_sent_as_it_is()
    {
        using var sonoran = Client();
        Assert.Null((await sonoran.Cms.getAccountsV2(new { Take = (SonoranId)5 })).reason);
        Assert.Equal("""{"take":"5"}""", Assert.Single(await Emulator.Journal()).GetProperty("query").GetRawText());
    }

    [Fact]
    public void Ids_of_a_number_and_of_its_digits_are_the_same()
    {
        Assert.Equal((SonoranId)"7", (SonoranId)7);
        Assert.Equal(((SonoranId)"7").GetHashCode(), ((SonoranId)7L).GetHashCode());
    }

    [Fact]
    public async Task Properties_of_ones_own_are_found_whatever_their_case()
    {
        using var sonoran = Client();
        await Emulator.Answer("""{"success":true,"data":{"NAME":"a","Kind":"fivem","id":"ABCDEF00-0000-4000-8000-000000000001"}}""");
        var response = await sonoran.Cms.getCommunityV2();
        Assert.Null(response.reason);
        Assert.Equal("a", response.value?.Extra?["NAME"].GetString());
        var mine = response.As<Mine>()!;
        Assert.Equal(("a", Mode.FiveM, Some), (mine.Name, mine.Kind, mine.ID));
        Assert.Equal("a", (string?)response.As<JObject>()!["NAME"]);
    }

    // Each form is one call more of the same operation: counted, they would wait for a window.
    private SonoranClient Client() => Emulator.Client(options => options.rateLimit = SonoranRateLimit.Off);

    private static Dictionary<string, JsonElement> Twice(string name) => new() { [name] = JsonDocument.Parse("1").RootElement };

    private static async Task<string> Refusal(Func<Task> call) => (await Assert.ThrowsAnyAsync<ArgumentException>(call)).Message;

    private sealed record Named(string NewName)
    {
        /// <summary>A field, as older code has them.</summary>
        public int Given;

        [JsonPropertyName("As_It_Is")]
        public int Untouched { get; set; }

        [JsonIgnore]
        public int Left { get; set; }
    }

    private class Endless
    {
        public Endless Again => this;
    }

    private class Holder
    {
        public object? Own { get; set; }
    }

    private interface IServer
    {
        int Id { get; }
    }

    private class Server : IServer
    {
        public int Id { get; set; }
    }

    private sealed class MyServer : Server
    {
        public string? Ip { get; set; }
    }

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Circle), "circle")]
    private abstract record Shape;

    private sealed record Circle(int Radius) : Shape;

    private sealed class Throwing(Exception thrown)
    {
        public int Value => throw thrown;
    }

    private sealed class FromNewtonsoft
    {
        [Newtonsoft.Json.JsonProperty("accId")]
        public string? Account { get; set; }

        [Newtonsoft.Json.JsonIgnore]
        public string? Secret { get; set; }
    }

    [DataContract]
    private sealed class FromContract
    {
        [DataMember(Name = "accId")]
        public string? Account { get; set; }

        [DataMember(EmitDefaultValue = false)]
        public int Points { get; set; }

        public string? Secret { get; set; }
    }

    private sealed class Plain
    {
        [DataMember(Name = "accId")]
        public string? Account { get; set; }

        [Newtonsoft.Json.JsonProperty(NullValueHandling = Newtonsoft.Json.NullValueHandling.Ignore)]
        public string? Reason { get; set; }

        [IgnoreDataMember]
        public string? Secret { get; set; }
    }

    private sealed class Hidden
    {
        [DataMember]
        private string Name { get; set; } = "a";
    }

    private sealed class Converted
    {
        [Newtonsoft.Json.JsonConverter(typeof(Newtonsoft.Json.Converters.UnixDateTimeConverter))]
        public DateTimeOffset At { get; set; }
    }

    private sealed class Mine
    {
        public string? Name { get; set; }

        public Mode Kind { get; set; }

        public Guid ID { get; set; }
    }
}
