using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sonoran.AspNetCore;

namespace Sonoran.Tests;

/// <summary>An application with nothing but the endpoint, on a free port, and what it logs.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public const string Key = "c4nary-0fTheKey";

    private readonly WebApplication _app;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };

    private Receiver(WebApplication app, ConcurrentQueue<string> log)
    {
        _app = app;
        Log = log;
    }

    public ConcurrentQueue<string> Log { get; }

    public string Path { get; init; } = "/sonorancms/events";

    public Uri Url => new(new Uri(_app.Urls.Single()), Path);

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts it; the key is set already.</summary>
    public static async Task<Receiver> Start(Action<SonoranEventsOptions> configure, TimeSpan? shutdownTimeout = null, string? pattern = null)
    {
        var log = new ConcurrentQueue<string>();
        var app = Build(log, shutdownTimeout ?? TimeSpan.FromSeconds(30));
        void WithKey(SonoranEventsOptions options)
        {
            options.Key = Key;
            configure(options);
        }

        _ = pattern is null ? app.MapSonoranEvents(WithKey) : app.MapSonoranEvents(pattern, WithKey);
        await app.StartAsync();
        return pattern is null ? new Receiver(app, log) : new Receiver(app, log) { Path = pattern };
    }

    /// <summary>An application without endpoints.</summary>
    public static WebApplication Build(ConcurrentQueue<string> log, TimeSpan shutdownTimeout)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new Collector(log)).SetMinimumLevel(LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdownTimeout);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        return app;
    }

    public static string Body(string type = "X", string data = "{}", string key = Key) => DocumentedEvent.WithKey(key, type, data);

    /// <summary>Sends a body; gives status, text and headers of the answer.</summary>
    public Task<Answer> Post(string body) => Send(new HttpRequestMessage(HttpMethod.Post, Url) { Content = new StringContent(body) });

    public async Task<Answer> Send(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _client.SendAsync(request);
            return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);
        }
    }

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>What an answer says.</summary>
    internal sealed record Answer(HttpStatusCode Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders);

    /// <summary>Writes every line that is logged into a queue.</summary>
    private sealed class Collector(ConcurrentQueue<string> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Enqueue($"{logLevel}: {formatter(state, exception)} {exception} [{eventId.Id} {eventId.Name}]");

        public void Dispose()
        {
        }
    }
}
