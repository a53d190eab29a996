using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sonoran.AspNetCore;
using Xunit;

namespace Sonoran.Tests;

/// <summary>Handlers of push events that are services of the application, and the keys that events may carry there.</summary>
public sealed class EventHandlerTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Fact]
    public async Task Each_event_has_a_handler_in_a_scope_of_its_own()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var section = HostingTests.Section(Emulator, "YOUR_API_KEY");
        builder.Services.AddSonoran(section);
        builder.Services.AddHealthChecks().AddSonoran();
        builder.Services.AddScoped<Notebook>();
        builder.Services.AddSingleton<Seen>();
        builder.Services.AddSonoranEvents<Handler>();
        await using var app = builder.Build();
        app.MapSonoranEvents();
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using var http = new HttpClient();
        var address = new Uri(new Uri(app.Urls.Single()), "/sonorancms/events");
        foreach (var account in new[] { "a", "b" })
        {
            using var body = new StringContent(DocumentedEvent.WithKey("YOUR_API_KEY", "ACCOUNT_KICKED", $$"""{"accountId":"{{account}}"}"""));
            Assert.True((await http.PostAsync(address, body)).IsSuccessStatusCode);
            // What a reload does wrong loses no event, nor does it say that the API is down.
            section["ApiKey"] = "";
            section.Reload();
            Assert.Equal(HealthStatus.Healthy, (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status);
        }

        using var wrong = new StringContent(DocumentedEvent.WithKey("WRONG_KEY", "ACCOUNT_KICKED", "{}"));
        Assert.Equal(401, (int)(await http.PostAsync(address, wrong)).StatusCode);
        var seen = app.Services.GetRequiredService<Seen>();
        await seen.Twice.Task;
        Assert.Equal(["a 1", "b 1"], seen.Told);
        Assert.Equal(2, seen.Closed);
    }

    [Fact]
    public async Task A_handler_that_fails_or_cannot_be_made_takes_the_event_from_no_other()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddScoped<Notebook>();
        builder.Services.AddSingleton<Seen>();
        builder.Services.AddSonoranEvents<Failing>();
        builder.Services.AddSonoranEvents<Broken>();
        builder.Services.AddSonoranEvents<Handler>();
        await using var app = builder.Build();
        var failed = new ConcurrentQueue<string>();
        app.MapSonoranEvents(options =>
        {
            options.Key = "YOUR_API_KEY";
            options.OnAccountKicked = (_, _) => throw new InvalidOperationException("of the options");
            options.OnError = (error, received, _) =>
            {
                failed.Enqueue($"{error.Message} {received.AccountId}");
                return Task.CompletedTask;
            };
        });
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using var http = new HttpClient();
        foreach (var account in new[] { "a", "b" })
        {
            using var body = new StringContent(DocumentedEvent.WithKey("YOUR_API_KEY", "ACCOUNT_KICKED", $$"""{"accountId":"{{account}}"}"""));
            Assert.True((await http.PostAsync(new Uri(new Uri(app.Urls.Single()), "/sonorancms/events"), body)).IsSuccessStatusCode);
        }

        await app.StopAsync();
        Assert.Equal(["a 1", "b 1"], app.Services.GetRequiredService<Seen>().Told);
        Assert.Equal(["of the options a", "Failing.Handle gave null", "no way to", "of the options b", "Failing.Handle gave null", "no way to"],
            failed.Select(told => told.StartsWith("of", StringComparison.Ordinal) ? told : string.Join(' ', told.Split(' ')[..3])));
    }

    [Fact]
    public async Task A_handler_without_a_service_that_it_needs_ends_the_start_by_name()
    {
        Assert.Equal("AddSonoranEvents: Incomplete needs Uri, which is not among the services. Events would be answered and lost: add to the services what is missing there.", await Refusal(services => services.AddSonoranEvents<Incomplete>()));
        // Where it is missing further down, where there are several, and where it is asked for by a key.
        Assert.StartsWith("AddSonoranEvents: Deep needs Notebook, and Notebook needs Seen, which is not among the services; Incomplete needs Uri, ", await Refusal(services =>
        {
            services.AddScoped<Notebook>();
            services.AddSonoranEvents<Deep>().AddSonoranEvents<Incomplete>();
        }));
        Assert.StartsWith("AddSonoranEvents: Keyed needs Seen of key blue, which is not among the services.", await Refusal(services => services.AddSingleton<Seen>().AddSonoranEvents<Keyed>()));
    }

    [Fact]
    public async Task A_handler_that_no_container_can_make_ends_the_start_by_name()
    {
        Assert.Equal(
            "AddSonoranEvents: Closed has no public constructor. Events would be answered and lost: give a class a public constructor, or add it by a function, services.AddScoped(_ => new T(...)).",
            await Refusal(services => services.AddSonoranEvents<Closed>()));
        Assert.StartsWith("AddSonoranEvents: Within needs Shut, and Shut has no public constructor.", await Refusal(services => services.AddScoped<Shut>().AddSonoranEvents<Within>()));
        Assert.StartsWith("AddSonoranEvents: Undecided has several public constructors of which none takes what all others take.", await Refusal(services =>
            services.AddSingleton<Seen>().AddScoped<Notebook>().AddSonoranEvents<Undecided>()));
        Assert.StartsWith("AddSonoranEvents: Round needs Wheel, and Wheel needs Round, and so on in a circle.", await Refusal(services => services.AddScoped<Wheel>().AddSonoranEvents<Round>()));
    }

    [Fact]
    public async Task A_handler_without_a_public_constructor_may_come_from_a_function()
    {
        using var host = HostingTests.Host(services => services.AddScoped(_ => Closed.Made()).AddSonoranEvents<Closed>());
        await host.StartAsync();
    }

    [Fact]
    public async Task A_handler_that_has_what_it_needs_lets_the_host_start_and_is_not_made_for_that()
    {
        using var host = HostingTests.Host(services =>
        {
            services.AddKeyedSingleton<Seen>("blue");
            services.AddSonoranEvents<Keyed>().AddSonoranEvents<Broken>().AddSonoranEvents<Choosy>();
            // Made by a function, whatever its constructor asks for.
            services.AddScoped(_ => new Incomplete(new Uri("https://a/"))).AddSonoranEvents<Incomplete>();
        });
        await host.StartAsync();
    }

    [Fact]
    public async Task Further_keys_of_events_count_beside_the_clients_own_at_any_time()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var section = HostingTests.Section(Emulator, "YOUR_API_KEY");
        builder.Services.AddSonoran(section);
        await using var app = builder.Build();
        app.MapSonoranEvents(options => (options.Keys, options.OnAccountKicked) = (["OLD_KEY"], (_, _) => Task.CompletedTask));
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using var http = new HttpClient();
        async Task<int> Answer(string key)
        {
            using var body = new StringContent(DocumentedEvent.WithKey(key, "ACCOUNT_KICKED", "{}"));
            return (int)(await http.PostAsync(new Uri(new Uri(app.Urls.Single()), "/sonorancms/events"), body)).StatusCode;
        }

        Assert.Equal((204, 204, 401), (await Answer("YOUR_API_KEY"), await Answer("OLD_KEY"), await Answer("NEW_KEY")));
        section["ApiKey"] = "NEW_KEY";
        section.Reload();
        Assert.Equal((401, 204, 204), (await Answer("YOUR_API_KEY"), await Answer("OLD_KEY"), await Answer("NEW_KEY")));
    }

    private static async Task<string> Refusal(Action<IServiceCollection> add)
    {
        using var host = HostingTests.Host(add);
        return (await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync())).Message;
    }

    private sealed class Seen
    {
        private int _closed;

        public ConcurrentQueue<string> Told { get; } = new();

        public int Closed => _closed;

        public TaskCompletionSource Twice { get; } = new();

        public void Close()
        {
            if (++_closed == 2)
            {
                Twice.SetResult();
            }
        }
    }

    private sealed class Notebook(Seen seen) : IDisposable
    {
        public int Written { get; set; }

        public void Dispose() => seen.Close();
    }

    private sealed class Failing : ISonoranEventReceiver
    {
        public Task Handle(SonoranEvent received, CancellationToken cancellationToken) => null!;
    }

    private sealed class Incomplete(Uri missing) : ISonoranEventReceiver
    {
        public Task Handle(SonoranEvent received, CancellationToken cancellationToken) => throw new InvalidOperationException($"{missing}");
    }

    private sealed class Broken : ISonoranEventReceiver
    {
        public Broken() => throw new InvalidOperationException("no way to make it");

        public Task Handle(SonoranEvent received, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Keyed([FromKeyedServices("blue")] Seen seen) : ISonoranEventReceiver
    {
        public Task Handle(SonoranEvent received, CancellationToken cancellationToken)
        {
            seen.Told.Enqueue(received.Type);
            return Task.CompletedTask;
        }
    }

    private sealed class Deep(Notebook notebook) : ISonoranEventReceiver
    {
        public Task Handle(SonoranEvent received, CancellationToken cancellationToken)
        {
            notebook.Written++;
            return Task.CompletedTask;
        }
    }

    private abstract class Quiet : ISonoranEventReceiver
    {
        public Task Handle(SonoranEvent received, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Closed : Quiet
    {
        private Closed()
        {
        }

        internal static Closed Made() => new();
    }

    private sealed class Shut
    {
        internal Shut()
        {
        }
    }

    private sealed class Within : Quiet
    {
        public Within(Shut shut) => _ = shut;
    }

    private sealed class Undecided : Quiet
    {
        public Undecided(Seen seen) => _ = seen;

        public Undecided(Notebook notebook) => _ = notebook;
    }

    private sealed class Round : Quiet
    {
        public Round(Wheel wheel) => _ = wheel;
    }

    private sealed class Wheel
    {
        public Wheel(Round round) => _ = round;
    }

    /// <summary>With a constructor that can't be filled beside one that can.</summary>
    private sealed class Choosy : ISonoranEventReceiver
    {
        public Choosy(ILogger<Choosy> logger, IEnumerable<Uri> all, Uri? some = null) => _ = (logger, all, some);

        public Choosy(ILogger<Choosy> logger, IEnumerable<Uri> all, Uri some, Version other) => _ = (logger, all, some, other);

        public Task Handle(SonoranEvent received, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Handler(Seen seen, Notebook notebook) : ISonoranEventReceiver
    {
        public Task Handle(SonoranEvent received, CancellationToken cancellationToken)
        {
            seen.Told.Enqueue($"{received.AccountId} {++notebook.Written}");
            return Task.CompletedTask;
        }
    }
}
