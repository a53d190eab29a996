using System;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sonoran.AspNetCore;

// Where the services' own Add methods are, so that no further using is needed.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds handlers of push events to an application's services.</summary>
public static class SonoranEventsServiceCollectionExtensions
{
    /// <summary>Adds a handler of push events; <c>MapSonoranEvents</c> receives what it handles.</summary>
    /// <typeparam name="THandler">The handler; each event gets one of its own, in a scope of its own, which a database context may need.</typeparam>
    /// <param name="services">The services.</param>
    /// <returns>The services.</returns>
    /// <remarks>A handler that can't be made, since it needs a service which nobody added or has no public constructor, ends the start of the host, by name.</remarks>
    /// <example>
    /// <code>
    /// builder.Services.AddSonoranEvents&lt;Welcome&gt;();
    /// var app = builder.Build();
    /// app.MapSonoranEvents();
    /// </code>
    /// </example>
    public static IServiceCollection AddSonoranEvents<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services)
        where THandler : class, ISonoranEventReceiver
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddScoped<THandler>();
        services.TryAddSingleton<EventHandlers>();
        services.AddHostedService(provider => new EventHandlersCheck(
            services, provider.GetService<IServiceProviderIsService>(), provider.GetServices<EventHandlers.Added>()));
        return services.AddSingleton(new EventHandlers.Added(typeof(THandler), static provider => provider.GetRequiredService<THandler>()));
    }
}
