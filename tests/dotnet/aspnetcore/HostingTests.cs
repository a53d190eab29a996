using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The client among a host's services: configured, checked, logged, renewed, and asked for the health of the API.</summary>
public sealed class HostingTests(Emulator emulator) : EmulatorTests(emulator)
{
    [Fact]
    public async Task A_client_is_made_from_the_configuration_and_ends_with_the_host()
    {
        using var host = Host(services => services.AddSonoran(Section("YOUR_API_KEY")));
        await host.StartAsync();
        var sonoran = host.Services.GetRequiredService<SonoranClient>();
        Assert.Same(sonoran, host.Services.GetRequiredService<SonoranClient>());
        Assert.Same(sonoran, host.Services.GetRequiredService<ISonoranClient>());
        Assert.True((await sonoran.Cms.getCommunityV2()).success);
        await host.StopAsync();
        host.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sonoran.Cms.getCommunityV2());
    }

    [Theory]
    [InlineData("ApiKey", null, "apiKey is required")]
    [InlineData("ApiUrl", "ftp://example.org", "apiUrl")]
    [InlineData("Retries", "-1", "retries")]
    [InlineData("ShareLimits", "redis://:hunter2@", "shareLimits is no valid URL of a Valkey or Redis server")]
    [InlineData("ShareLimits", "redis://cache:port", "shareLimits is no valid URL of a Valkey or Redis server")]
    [InlineData("ShareLimits", "http://cache", "shareLimits must be \"process\", \"machine\", or the URL of a Valkey or Redis server")]
    public async Task Wrong_options_end_the_start_with_their_name(string option, string? value, string told)
    {
        using var host = Host(services => services.AddSonoran("blue", Section("YOUR_API_KEY", (option, value))));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains($"Sonoran (blue): {told}", error.Message);
        Assert.DoesNotContain("YOUR_API_KEY", error.Message);
        Assert.DoesNotContain("hunter2", error.Message);
    }

    [Fact]
    public async Task Each_wrong_option_is_told_and_once()
    {
        var section = Of("Sonoran", ("ApiKeey", "YOUR_API_KEY"), ("Timeout", "30"), ("Retries", "-1"), ("ApiUrl", "ftp://example.org"), ("ShareLimits", "redis://:hunter2@"), ("ShareLimitsMembers", "3"));
        using var host = Host(services =>
        {
            services.AddSonoran(section);
            services.AddSonoran(options => options.maxWait = TimeSpan.FromSeconds(-1));
        });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(
            [
                "Sonoran: apiUrl", "Sonoran: communityId", "Sonoran: maxWait", "Sonoran: retries", "Sonoran: shareLimits",
                "Sonoran:ApiKeey is", "Sonoran:Timeout is",
            ],
            error.Failures.Select(told => string.Join(' ', told.Split(' ').Take(2))).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("Parameter", error.Message);
    }

    [Fact]
    public async Task Each_community_has_a_client_of_its_name()
    {
        using var host = Host(services =>
        {
            services.AddSonoran("blue", options => (options.apiKey, options.communityId, options.apiUrl) = ("YOUR_API_KEY", "YOUR_COMMUNITY_ID", Emulator.Url));
            services.AddSonoran("red", Section("WRONG_KEY"));
        });
        await host.StartAsync();
        Assert.Null(host.Services.GetService<SonoranClient>());
        var blue = host.Services.GetRequiredKeyedService<SonoranClient>("blue");
        var red = host.Services.GetRequiredKeyedService<SonoranClient>("red");
        Assert.Equal((200, 401), ((await blue.Cms.getCommunityV2()).status, (await red.Cms.getCommunityV2()).status));
    }

    [Fact]
    public async Task A_new_key_counts_from_the_next_call_and_a_wrong_one_is_logged_and_not_taken()
    {
        var log = new ConcurrentQueue<(int Id, string? Name, string Text)>();
        var section = Section("WRONG_KEY");
        using var host = Host(services => services.AddSonoran(section), log);
        await host.StartAsync();
        var sonoran = host.Services.GetRequiredService<SonoranClient>();
        Assert.Equal(401, (await sonoran.Cms.getCommunityV2()).status);

        section["ApiKey"] = "YOUR_API_KEY";
        section.Reload();
        Assert.Equal(200, (await sonoran.Cms.getCommunityV2()).status);

        // Each told once, however often it is loaded, and nobody is thrown at.
        var options = host.Services.GetRequiredService<IOptionsMonitor<SonoranClientOptions>>();
        foreach (var (name, wrong, right) in new[] { ("ApiKey", "", "YOUR_API_KEY"), ("Retries", "x", "1") })
        {
            log.Clear();
            section[name] = wrong;
            section.Reload();
            section.Reload();
            Assert.Equal("YOUR_API_KEY", options.CurrentValue.apiKey);
            Assert.Equal(200, (await sonoran.Cms.getCommunityV2()).status);
            var (_, _, told) = Assert.Single(log, line => line is (5, "OptionsRefused", _));
            Assert.StartsWith("The Sonoran client (default) goes on with its old options, since the new ones are wrong: ", told);
            Assert.DoesNotContain(log, line => line.Id == 4);
            section[name] = right;
            section.Reload();
            Assert.Contains(log, line => line is (4, "OptionsRenewed", _));
        }

        Assert.Equal(1, options.CurrentValue.retries);
        Assert.DoesNotContain(log, line => line.Text.Contains("_KEY"));
    }

    [Theory]
    [InlineData("ApiKeey", "x", "ApiKeey is no option of the Sonoran client: did you mean ApiKey?")]
    [InlineData("Url", "http://x", "Url is no option of the Sonoran client: did you mean ApiUrl?")]
    [InlineData("ServerId", "2", "ServerId is no option of the Sonoran client: did you mean DefaultServerId?")]
    [InlineData("Timeout", "30", "Timeout is \"30\", which .NET reads as days: write \"00:00:30\" for seconds")]
    [InlineData("Timeout", "30s", "Timeout is \"30s\", where a time belongs: write \"00:00:30\" for 30 seconds")]
    [InlineData("Retries", "many", "Retries is \"many\", where a whole number belongs")]
    [InlineData("Debug", "yes", "Debug is \"yes\", where true or false belongs")]
    [InlineData("Ceilings:getAccountV2", "few", "Ceilings:getAccountV2 is \"few\", where a whole number belongs")]
    [InlineData("RateLimit", "never", "RateLimit is \"never\", where one of Wait, Error, Off belongs")]
    public async Task What_binding_would_take_without_a_word_or_not_at_all_ends_the_start(string option, string value, string told)
    {
        using var host = Host(services => services.AddSonoran(Section("YOUR_API_KEY", (option, value))));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(told, error.Failures);
    }

    [Theory]
    [InlineData("Webhook", "x", "Communities:Blue:Webhook is no option of the Sonoran client")]
    [InlineData("TimeoutSeconds", "30", "Communities:Blue:TimeoutSeconds is no option of the Sonoran client: did you mean Timeout?")]
    [InlineData("MaxRetries", "3", "Communities:Blue:MaxRetries is no option of the Sonoran client: did you mean Retries?")]
    [InlineData("BaseUrl", "http://x", "Communities:Blue:BaseUrl is no option of the Sonoran client: did you mean ApiUrl?")]
    [InlineData("Options:Timeout", "00:00:30", "Communities:Blue:Options is no option of the Sonoran client")]
    [InlineData("RootCertificates", "x", "Communities:Blue:RootCertificates is one text, where a list belongs: write Communities:Blue:RootCertificates:0")]
    [InlineData("Ceilings", "5", "Communities:Blue:Ceilings is one text, where names with values belong: write Communities:Blue:Ceilings:NAME")]
    [InlineData("ApiHeaders", "X: y", "Communities:Blue:ApiHeaders is one text, where names with values belong: write Communities:Blue:ApiHeaders:NAME")]
    [InlineData("OnAttempt", "x", "Communities:Blue:OnAttempt is a function, which no configuration can have: set it by AddSonoran(...).Configure(options => ...)")]
    [InlineData("Retries:Value", "1", "Communities:Blue:Retries:Value is within Retries, which is one value: write Communities:Blue:Retries")]
    public async Task What_binding_would_pass_over_in_a_section_ends_the_start(string option, string value, string told)
    {
        var section = Of("Communities:Blue", ("ApiKey", "YOUR_API_KEY"), ("CommunityId", "YOUR_COMMUNITY_ID"), (option, value));
        using var host = Host(services => services.AddSonoran(section));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal([told], error.Failures);
    }

    [Theory]
    [InlineData("CommunityId", "Communities:Blue (blue): apiKey is required")]
    [InlineData(null, "Communities:Blue, a section that is empty or not there (blue): apiKey is required")]
    public async Task Errors_name_the_section_that_the_options_are_from(string? option, string told)
    {
        var section = Of("Communities:Blue", option is null ? [] : [(option, "YOUR_COMMUNITY_ID")]);
        using var host = Host(services => services.AddSonoran("blue", section));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.StartsWith(told, error.Failures.First());
    }

    [Fact]
    public async Task A_section_may_have_every_form_that_an_option_has()
    {
        var section = Of("Sonoran", ("ApiKey", "YOUR_API_KEY"), ("CommunityId", "YOUR_COMMUNITY_ID"), ("Ceilings:getAccountV2", "5"), ("ApiHeaders:X-A", "y"), ("RootCertificates", ""));
        using var host = Host(services => services.AddSonoran(section));
        await host.StartAsync();
        var options = host.Services.GetRequiredService<IOptions<SonoranClientOptions>>().Value;
        Assert.Equal((5, "y"), (options.ceilings!["getAccountV2"], options.apiHeaders!["X-A"]));
    }

    [Fact]
    public async Task A_reload_that_changes_no_option_is_not_logged()
    {
        var log = new ConcurrentQueue<(int Id, string? Name, string Text)>();
        var (blue, red) = (Section("YOUR_API_KEY", ("Ceilings:getAccountV2", "5")), Section("YOUR_API_KEY"));
        using var host = Host(services =>
        {
            services.AddSonoran("blue", blue);
            services.AddSonoran("red", red);
        }, log);
        await host.StartAsync();
        var clients = (host.Services.GetRequiredKeyedService<SonoranClient>("blue"), host.Services.GetRequiredKeyedService<SonoranClient>("red"));
        Assert.NotSame(clients.Item1, clients.Item2);
        blue.Reload();
        red.Reload();
        Assert.Empty(log);
        blue["Ceilings:getAccountV2"] = "6";
        blue.Reload();
        red.Reload();
        Assert.Equal(["The Sonoran client blue goes on with other options"], log.Select(line => line.Text));
    }

    [Fact]
    public async Task Entries_of_others_and_whole_times_are_taken()
    {
        using var host = Host(services => services.AddSonoran(Section("YOUR_API_KEY", ("WebhookUrl", "x"), ("timeout", "00:00:30"), ("Deadline", "0.00:01"))));
        await host.StartAsync();
        Assert.Equal(TimeSpan.FromSeconds(30), host.Services.GetRequiredService<IOptions<SonoranClientOptions>>().Value.timeout);
    }

    [Fact]
    public async Task Attempts_are_logged_under_ids_that_stay()
    {
        var log = new ConcurrentQueue<(int Id, string? Name, string Text)>();
        using var host = Host(services => services.AddSonoran(Section("YOUR_API_KEY")), log);
        await host.StartAsync();
        await Emulator.Answer("{}", status: 503);
        await host.Services.GetRequiredService<SonoranClient>().Cms.getCommunityV2();
        Assert.Equal([(1, "AttemptFailed"), (2, "AttemptAnswered")], log.Select(line => (line.Id, line.Name)));
        Assert.Matches("^getCommunityV2 attempt 1 failed: status 503 .*after .*, next attempt in 00:00:0", log.First().Text);
        Assert.StartsWith("getCommunityV2 attempt 2 was answered with 200", log.Last().Text);
    }

    [Fact]
    public async Task A_long_wait_is_logged_under_an_id_that_stays()
    {
        var log = new ConcurrentQueue<(int Id, string? Name, string Text)>();
        using var host = Host(services => services.AddSonoran(Section("YOUR_API_KEY", ("Ceilings:getCommunityV2", "1"), ("RateWindow", "00:00:01.2"))), log);
        await host.StartAsync();
        var sonoran = host.Services.GetRequiredService<SonoranClient>();
        await sonoran.Cms.getCommunityV2();
        await sonoran.Cms.getCommunityV2();
        var (_, _, told) = Assert.Single(log, line => line is (3, "WaitsForRateLimit", _));
        Assert.StartsWith("getCommunityV2 waits for its rate limit, 00:00:01", told);
    }

    [Fact]
    public async Task The_last_attempt_says_that_it_is_the_last()
    {
        var log = new ConcurrentQueue<(int Id, string? Name, string Text)>();
        using var host = Host(services => services.AddSonoran(Section("YOUR_API_KEY", ("Retries", "0"))), log);
        await host.StartAsync();
        await Emulator.Answer("{}", status: 503);
        await host.Services.GetRequiredService<SonoranClient>().Cms.getCommunityV2();
        Assert.Contains(", no further attempt", Assert.Single(log).Text);
    }

    [Fact]
    public async Task The_health_check_asks_seldom_and_tells_what_is_wrong()
    {
        using var host = Host(services =>
        {
            services.AddSonoran(Section("YOUR_API_KEY"));
            services.AddSonoran("red", Section("WRONG_KEY"));
            services.AddHealthChecks().AddSonoran().AddSonoran("red", failureStatus: HealthStatus.Degraded);
        });
        await host.StartAsync();
        var checks = host.Services.GetRequiredService<HealthCheckService>();
        foreach (var report in new[] { await checks.CheckHealthAsync(), await checks.CheckHealthAsync() })
        {
            Assert.Equal((HealthStatus.Healthy, HealthStatus.Degraded), (report.Entries["sonoran"].Status, report.Entries["sonoran-red"].Status));
            Assert.Equal("auth", report.Entries["sonoran-red"].Data["kind"]);
        }

        // One for each of the two clients.
        Assert.Equal(2, (await Emulator.Journal()).Count);
    }

    [Fact]
    public async Task A_health_check_without_a_client_says_what_to_register()
    {
        using var host = Host(services => services.AddHealthChecks().AddSonoran("red"));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync());
        Assert.Contains("services.AddSonoran(\"red\", configuration)", error.Message);
    }

    [Fact]
    public void What_a_client_warns_of_is_logged()
    {
        var file = Path.GetTempFileName();
        var log = new ConcurrentQueue<(int Id, string? Name, string Text)>();
        var section = Section("YOUR_API_KEY", ("ShareLimits", "machine"), ("ShareLimitsFolder", file));
        using var host = Host(services => services.AddSonoran(section), log);
        Assert.NotNull(host.Services.GetRequiredService<SonoranClient>());
        var (id, name, text) = Assert.Single(log);
        Assert.Equal((6, "Warned"), (id, name));
        Assert.StartsWith("rate limits can't be shared: ", text);
        Assert.EndsWith(" (limitsNotShared)", text);
        File.Delete(file);
    }

    private IConfigurationRoot Section(string key, params (string Name, string? Value)[] more) => Section(Emulator, key, more);

    internal static IConfigurationRoot Section(Emulator emulator, string key, params (string Name, string? Value)[] more)
    {
        var entries = new Dictionary<string, string?> { ["ApiKey"] = key, ["CommunityId"] = "YOUR_COMMUNITY_ID", ["ApiUrl"] = emulator.Url };
        foreach (var (name, value) in more)
        {
            entries[name] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(entries).Build();
    }

    /// <summary>A section of a configuration that has more.</summary>
    private static IConfigurationSection Of(string path, params (string Name, string? Value)[] entries) =>
        new ConfigurationBuilder().AddInMemoryCollection(entries.ToDictionary(entry => $"{path}:{entry.Name}", entry => entry.Value)).Build().GetSection(path);

    internal static IHost Host(Action<IServiceCollection> configure, ConcurrentQueue<(int Id, string? Name, string Text)>? log = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        if (log is not null)
        {
            builder.Logging.AddProvider(new Lines(log)).SetMinimumLevel(LogLevel.Debug).AddFilter((category, _) => category == typeof(SonoranClient).FullName);
        }

        configure(builder.Services);
        return builder.Build();
    }

    private sealed class Lines(ConcurrentQueue<(int Id, string? Name, string Text)> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((eventId.Id, eventId.Name, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
