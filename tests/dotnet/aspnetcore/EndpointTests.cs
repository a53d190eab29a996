using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Sonoran.AspNetCore;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What the endpoint answers to, and what it refuses.</summary>
public sealed class EndpointTests
{
    // Shorter than the ten seconds that a body may take, and than the five for which the server has patience itself.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(4);

    public static TheoryData<string> Types => DocumentedEvent.Types;

    /// <summary>Options that no endpoint is mapped with: the one that is named, and the change that makes them so.</summary>
    public static IEnumerable<TheoryDataRow<string, Action<SonoranEventsOptions>>> WrongOptions =>
    [
        new("Key", options => options.Key = null),
        new("Key", options => options.Key = ""),
        new("Key", options => (options.Key, options.Keys) = (null, [])),
        new("Key", options => options.Keys = ["c4nary", ""]),
        new("Key", options => options.Key = "c4nary \ud800"),
        new("Key", options => options.Key = " "),
        new("Keys", options => options.Keys = ["c4nary\n"]),
        new("MaxQueue", options => options.MaxQueue = 0),
        new("BodyTimeout", options => options.BodyTimeout = TimeSpan.Zero),
        new("BodyTimeout", options => options.BodyTimeout = Timeout.InfiniteTimeSpan),
        new("BodyTimeout", options => options.BodyTimeout = TimeSpan.MaxValue),
    ];

    [Theory, MemberData(nameof(Types))]
    public async Task A_documented_event_reaches_its_handler(string type)
    {
        var documented = DocumentedEvent.Of(type);
        var received = new TaskCompletionSource<SonoranEvent>();
        await using var receiver = await Receiver.Start(options =>
        {
            options.Keys = [DocumentedEvent.Key];
            SetHandler(options, $"On{documented.Name}", received.SetResult);
        });
        var answer = await receiver.Post(documented.Body.GetRawText());
        Assert.Equal((HttpStatusCode.NoContent, ""), (answer.Status, answer.Text));
        var handled = await received.Task;
        Assert.Equal($"{documented.Name}Event", handled.GetType().Name);
        Assert.Equal(documented.Data.GetRawText(), handled.RawData.GetRawText());
    }

    [Fact]
    public async Task An_unknown_event_reaches_OnUnknown_and_one_without_handler_nobody()
    {
        var received = new TaskCompletionSource<UnknownEvent>();
        await using var receiver = await Receiver.Start(options => options.OnUnknown = (unknown, _) =>
        {
            received.SetResult(unknown);
            return Task.CompletedTask;
        });
        Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(Receiver.Body("ACCOUNT_KICKED"))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(Receiver.Body("ROSTER_CHANGED"))).Status);
        Assert.Equal("ROSTER_CHANGED", (await received.Task).Type);
    }

    [Fact]
    public async Task An_event_without_a_handler_is_logged_once_for_its_type()
    {
        await using var receiver = await Receiver.Start(options => options.OnAccountBanned = (_, _) => Task.CompletedTask);
        foreach (var type in new[] { "ACCOUNT_KICKED", "ROSTER_CHANGED", "ACCOUNT_KICKED", "ACCOUNT_BANNED" })
        {
            Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(Receiver.Body(type))).Status);
        }

        await receiver.Stop();
        var told = receiver.Log.Where(line => line.Contains("there is no handler of it")).ToList();
        Assert.Equal(2, told.Count);
        Assert.All(told, line => Assert.EndsWith("[13 EventNotHandled]", line));
        Assert.StartsWith("Warning: A push event ACCOUNT_KICKED was answered", told[0]);
        Assert.StartsWith("Warning: A push event ROSTER_CHANGED was answered", told[1]);
    }

    [Fact]
    public async Task What_is_no_event_is_refused_with_the_reason()
    {
        await using var receiver = await Receiver.Start(options => options.OnUnknown = Fail);
        await Refused(receiver, Receiver.Body(key: "another"), HttpStatusCode.Unauthorized);
        await Refused(receiver, """{"type":"X"}""", HttpStatusCode.Unauthorized);
        await Refused(receiver, "", HttpStatusCode.BadRequest);
        await Refused(receiver, "{", HttpStatusCode.BadRequest);
        Assert.Contains(receiver.Log, line => line.StartsWith("Debug: A push event was refused with 401", StringComparison.Ordinal) && line.EndsWith("[17 EventRefused]", StringComparison.Ordinal));
        Assert.All(receiver.Log, line => Assert.DoesNotContain(Receiver.Key, line));
    }

    [Fact]
    public async Task An_endpoint_without_any_handler_warns_at_once()
    {
        await using var without = await Receiver.Start(_ => { });
        Assert.Contains(without.Log, IsWarning);
        await using var with = await Receiver.Start(options => options.OnAccountBanned = (_, _) => Task.CompletedTask);
        Assert.DoesNotContain(with.Log, IsWarning);
        static bool IsWarning(string line) => line.StartsWith("Warning: Push events at /sonorancms/events are answered and lost", StringComparison.Ordinal)
            && line.EndsWith("[14 NoEventHandler]", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_POST_is_allowed()
    {
        await using var receiver = await Receiver.Start(_ => { });
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete])
        {
            var answer = await receiver.Send(new HttpRequestMessage(method, receiver.Url));
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
            Assert.Equal(["POST"], answer.ContentHeaders.Allow);
        }
    }

    [Fact]
    public async Task The_content_type_is_not_looked_at()
    {
        await using var receiver = await Receiver.Start(_ => { });
        var content = new ByteArrayContent([.. "\ufeff"u8, .. System.Text.Encoding.UTF8.GetBytes(Receiver.Body())]);
        var answer = await receiver.Send(new HttpRequestMessage(HttpMethod.Post, receiver.Url) { Content = content });
        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
    }

    [Fact]
    public async Task The_path_can_be_another()
    {
        await using var receiver = await Receiver.Start(_ => { }, pattern: "/hooks/cms");
        Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(Receiver.Body())).Status);
        var other = new HttpRequestMessage(HttpMethod.Post, new Uri(receiver.Url, "/sonorancms/events"));
        Assert.Equal(HttpStatusCode.NotFound, (await receiver.Send(other)).Status);
    }

    [Fact]
    public async Task Two_endpoints_at_one_path_are_refused_but_for_different_hosts()
    {
        await using var app = Receiver.Build([], TimeSpan.FromSeconds(1));
        app.MapSonoranEvents(WithKey);
        var error = Assert.Throws<InvalidOperationException>(() => app.MapSonoranEvents("/SonoranCMS/events/", WithKey));
        Assert.StartsWith("push events are mapped at /SonoranCMS/events/ already", error.Message);
        app.MapSonoranEvents("/other", WithKey);
        app.MapGroup("").RequireHost("blue.example").MapSonoranEvents("/each", WithKey);
        app.MapGroup("").RequireHost("red.example").MapSonoranEvents("/each", options => options.Key = "another");
        await app.StartAsync();
        using var http = new HttpClient();
        foreach (var (host, status) in new[] { ("blue.example", HttpStatusCode.NoContent), ("red.example", HttpStatusCode.Unauthorized) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(app.Urls.Single()), "/each")) { Content = new StringContent(Receiver.Body()) };
            request.Headers.Host = host;
            Assert.Equal(status, (await http.SendAsync(request)).StatusCode);
        }

        static void WithKey(SonoranEventsOptions options) => options.Key = Receiver.Key;
    }

    [Fact]
    public async Task A_body_of_the_greatest_size_is_read()
    {
        await using var receiver = await Receiver.Start(_ => { });
        var empty = Receiver.Body(data: "\"\"").Length;
        var full = Receiver.Body(data: $"\"{new string('x', SonoranEvents.MaxBytes - empty)}\"");
        Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(full)).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await receiver.Post(full + " ")).Status);
    }

    [Fact]
    public async Task A_body_that_is_said_to_be_larger_is_refused_unread()
    {
        await using var receiver = await Receiver.Start(_ => { });
        using var connection = await RawConnection.Post(receiver.Url, $"Content-Length: {SonoranEvents.MaxBytes + 1}");
        await Answered(() => connection.Until("KiB."), "413");
    }

    [Fact]
    public async Task A_body_of_no_said_size_is_read_no_further_than_the_bound()
    {
        await using var receiver = await Receiver.Start(_ => { });
        using var connection = await RawConnection.Post(receiver.Url, "Transfer-Encoding: chunked");
        // The end of the body never comes.
        await connection.Send($"{SonoranEvents.MaxBytes + 1:x}\r\n{new string(' ', SonoranEvents.MaxBytes + 1)}\r\n");
        await Answered(() => connection.Until("KiB."), "413");
    }

    [Fact]
    public async Task A_body_without_end_is_cut_off()
    {
        await using var receiver = await Receiver.Start(_ => { });
        using var connection = await RawConnection.Post(receiver.Url, "Transfer-Encoding: chunked");
        var sending = connection.SendUntilClosed($"1000\r\n{new string(' ', 0x1000)}\r\n");
        await Answered(connection.UntilClosed, "413");
        await sending;
    }

    [Fact]
    public async Task A_slow_body_is_refused_when_its_time_is_over()
    {
        await using var receiver = await Receiver.Start(options => options.BodyTimeout = TimeSpan.FromMilliseconds(200));
        using var connection = await RawConnection.Post(receiver.Url, "Content-Length: 100");
        await connection.Send("{");
        await Answered(connection.UntilClosed, "408");
    }

    [Fact]
    public async Task A_connection_that_breaks_is_nobodys_failure()
    {
        await using var receiver = await Receiver.Start(_ => { });
        (await RawConnection.Post(receiver.Url, "Content-Length: 100")).Dispose();
        Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(Receiver.Body())).Status);
        await receiver.Stop();
        Assert.DoesNotContain(receiver.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public async Task Wrong_options_are_refused_when_mapping(string name, Action<SonoranEventsOptions> change)
    {
        await using var app = Receiver.Build(new ConcurrentQueue<string>(), TimeSpan.FromSeconds(1));
        var error = Assert.ThrowsAny<ArgumentException>(() => app.MapSonoranEvents(options =>
        {
            options.Key = Receiver.Key;
            change(options);
        }));
        Assert.Equal(name, error.ParamName);
        Assert.DoesNotContain("c4nary", error.ToString());
        Assert.Throws<ArgumentNullException>(() => app.MapSonoranEvents(null!));
        Assert.Contains(".Get(\"name\").ApiKey", Assert.Throws<ArgumentException>(() => app.MapSonoranEvents()).Message);
    }

    [Fact]
    public void The_key_shows_in_no_options()
    {
        var options = new SonoranEventsOptions { Key = Receiver.Key, Keys = [Receiver.Key] };
        Assert.DoesNotContain(Receiver.Key, options.ToString());
        var shown = typeof(SonoranEventsOptions).GetProperties().Where(property => property.Name.StartsWith("Key", StringComparison.Ordinal));
        Assert.All(shown, property => Assert.NotEmpty(property.GetCustomAttributes(typeof(DebuggerBrowsableAttribute), false)));
    }

    private static async Task Refused(Receiver receiver, string body, HttpStatusCode status)
    {
        var answer = await receiver.Post(body);
        Assert.Equal(status, answer.Status);
        Assert.Equal("text/plain", answer.ContentHeaders.ContentType!.MediaType);
        var expected = Assert.Throws<EventError>(() => SonoranEvents.Parse(body, Receiver.Key));
        Assert.Equal(expected.Reason, answer.Text);
    }

    /// <summary>The answer comes, and says that the connection will be closed, although the body never ends.</summary>
    private static async Task Answered(Func<Task<string>> read, string status)
    {
        var time = Stopwatch.StartNew();
        var answer = await read();
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Contains("Connection: close", answer);
        Assert.InRange(time.Elapsed, TimeSpan.Zero, AtOnce);
    }

    private static void SetHandler(SonoranEventsOptions options, string name, Action<SonoranEvent> handler)
    {
        Func<SonoranEvent, CancellationToken, Task> handle = (received, _) =>
        {
            handler(received);
            return Task.CompletedTask;
        };
        // A function that takes any event is one that takes this one, too.
        typeof(SonoranEventsOptions).GetProperty(name)!.SetValue(options, handle);
    }

    private static Task Fail(SonoranEvent received, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"{received} must not come here");
}
