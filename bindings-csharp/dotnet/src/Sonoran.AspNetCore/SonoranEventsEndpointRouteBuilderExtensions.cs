using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sonoran;
using Sonoran.AspNetCore;

// Where ASP.NET Core's own Map methods are, so that no further using is needed.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps an endpoint for the push events of the Sonoran CMS.</summary>
public static partial class SonoranEventsEndpointRouteBuilderExtensions
{
    /// <summary>The path that the service sends its events to.</summary>
    private const string Path = "/sonorancms/events";

    /// <summary>The paths that are mapped, for each application or group.</summary>
    private static readonly ConditionalWeakTable<IEndpointRouteBuilder, HashSet<string>> Mapped = [];

    /// <summary>Receives push events at the path that the service sends them to, <c>/sonorancms/events</c>.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="configure">Sets the key and the handlers.</param>
    /// <returns>For conventions, such as a host name that is required.</returns>
    /// <exception cref="ArgumentException">An option is missing or wrong; above all, there is no key.</exception>
    /// <exception cref="InvalidOperationException">An endpoint for push events is at this path already.</exception>
    /// <remarks>
    /// <para>An event is answered with 204 at once, and its handler runs afterwards: one event at a time, in the order in
    /// which they came. When the application is shut down, what waits is still handled, as long as the host's
    /// <see cref="HostOptions.ShutdownTimeout"/> allows it; where the program ends without that, for 10 seconds.</para>
    /// <para>What is no event of this community is refused with its reason as text: a wrong key with 401, a body of more
    /// than 256 KiB with 413, a slow one with 408, anything else with 400; when too many events wait, it is 503.</para>
    /// <para>Where nothing handles events, neither here nor by <c>AddSonoranEvents</c>, a warning is logged at once.</para>
    /// </remarks>
    /// <example>
    /// <code>
    /// app.MapSonoranEvents(options =>
    /// {
    ///     options.Key = "YOUR_API_KEY";
    ///     options.OnAccountKicked = async (kicked, cancellationToken) => await Tell(kicked.AccountId, cancellationToken);
    /// });
    /// </code>
    /// </example>
    public static IEndpointConventionBuilder MapSonoranEvents(this IEndpointRouteBuilder endpoints, Action<SonoranEventsOptions> configure) =>
        MapSonoranEvents(endpoints, Path, configure);

    /// <inheritdoc cref="MapSonoranEvents(IEndpointRouteBuilder, Action{SonoranEventsOptions})"/>
    /// <summary>Receives push events for the handlers of <c>AddSonoranEvents</c>, with the key that the services' client has.</summary>
    /// <param name="endpoints">The application.</param>
    /// <remarks>The key is that of the <see cref="SonoranClientOptions"/> at the time of the event, so that it may change while the application runs.</remarks>
    public static IEndpointConventionBuilder MapSonoranEvents(this IEndpointRouteBuilder endpoints) => MapSonoranEvents(endpoints, static _ => { });

    /// <inheritdoc cref="MapSonoranEvents(IEndpointRouteBuilder, Action{SonoranEventsOptions})"/>
    /// <summary>Receives push events at a path of your own, where something in front of the application maps it.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route pattern.</param>
    /// <param name="configure">Sets the key and the handlers.</param>
    public static IEndpointConventionBuilder MapSonoranEvents(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, Action<SonoranEventsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new SonoranEventsOptions();
        configure(options);
        var services = endpoints.ServiceProvider;
        var keys = Keys(options, services.GetService<IOptionsMonitor<SonoranClientOptions>>());
        RefuseTwice(endpoints, pattern);
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SonoranEvents).FullName!);
        if (!options.HasHandler && services.GetService<EventHandlers>() is null)
        {
            LogNoHandler(logger, pattern);
        }

        var queue = new EventQueue(options, services.GetService<EventHandlers>(), logger);
        queue.EndWith(
            services.GetRequiredService<IHostApplicationLifetime>(),
            services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
        var endpoint = new EventEndpoint(keys, options.BodyTimeout, queue, logger);
        return endpoints.MapPost(pattern, endpoint.Answer).WithDisplayName("Sonoran CMS push events");
    }

    /// <summary>Two endpoints at one path would answer every event with 500.</summary>
    private static void RefuseTwice(IEndpointRouteBuilder endpoints, string pattern)
    {
        if (!Mapped.GetOrCreateValue(endpoints).Add(pattern.Trim('/').ToUpperInvariant()))
        {
            throw new InvalidOperationException(
                $"push events are mapped at {pattern} already: give each endpoint a path of its own, or a host by app.MapGroup(\"\").RequireHost(name); "
                + "several handlers are several AddSonoranEvents<T>(), and several keys of one community belong into Keys");
        }
    }

    /// <summary>The keys that an event may carry: the one that was given, else the client's at any time, and the further ones.</summary>
    private static Func<string[]> Keys(SonoranEventsOptions options, IOptionsMonitor<SonoranClientOptions>? client)
    {
        options.ClientKey = options.Key is null ? Key(client) : null;
        var keys = options.CheckedKeys();
        if (options.ClientKey is null)
        {
            return () => keys;
        }

        string[] further = keys[1..];
        return () => Key(client) is { } current ? [current, .. further] : further;
    }

    private static string? Key(IOptionsMonitor<SonoranClientOptions>? client) =>
        client?.CurrentValue is { } options ? options.cmsApiKey ?? options.apiKey : null;

    [LoggerMessage(
        14,
        LogLevel.Warning,
        "Push events at {Path} are answered and lost: there is no handler. Set one in the options, such as OnAccountKicked, or add one with AddSonoranEvents",
        EventName = "NoEventHandler")]
    private static partial void LogNoHandler(ILogger logger, string path);
}
