using System;
using System.Collections.Generic;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sonoran;
using Sonoran.AspNetCore;

// Where the other health checks are, so that no further using is needed.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a health check of the Sonoran API.</summary>
public static class SonoranHealthChecksBuilderExtensions
{
    /// <summary>Adds a check that asks the API for the community, with the <see cref="SonoranClient"/> of the services.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="client">The name of the client where there are several; by default the one without a name.</param>
    /// <param name="name">The name of the check; by default <c>sonoran</c>, or <c>sonoran-</c> and the name of the client.</param>
    /// <param name="failureStatus">What a failure is reported as; <see cref="HealthStatus.Unhealthy"/> by default.</param>
    /// <param name="tags">Tags to choose checks by.</param>
    /// <returns>The health checks.</returns>
    /// <remarks>
    /// Sends a request at most every 30 seconds, however often it is asked, and none where the rate limit has no slot
    /// free: then the last answer counts.
    /// </remarks>
    /// <example>
    /// <code>
    /// builder.Services.AddHealthChecks().AddSonoran();
    /// </code>
    /// </example>
    public static IHealthChecksBuilder AddSonoran(
        this IHealthChecksBuilder builder,
        string? client = null,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // One for the application, since it remembers the last answer.
        SonoranHealthCheck? check = null;
        name ??= client is null ? "sonoran" : $"sonoran-{client}";
        return builder.Add(new HealthCheckRegistration(name, provider => check ??= new SonoranHealthCheck(Client(provider, client)), failureStatus, tags));
    }

    private static SonoranClient Client(IServiceProvider provider, string? name) =>
        (name is null ? provider.GetService<SonoranClient>() : provider.GetKeyedService<SonoranClient>(name))
        ?? throw new InvalidOperationException(
            $"The health check has no client to ask with: register one by services.AddSonoran({(name is null ? "" : $"\"{name}\", ")}configuration) of Sonoran.Net.DependencyInjection, or as a SonoranClient of your own.");
}
