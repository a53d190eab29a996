using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Sonoran.AspNetCore;

/// <summary>The handlers that were added to the services, called one after the other in a scope for each event.</summary>
internal sealed class EventHandlers(IServiceScopeFactory scopes, IEnumerable<EventHandlers.Added> added)
{
    /// <summary>Calls each of them, also where one before it failed.</summary>
    /// <param name="received">The event.</param>
    /// <param name="carefully">Runs a handler, and reports what it throws.</param>
    /// <param name="cancellationToken">What handlers get.</param>
    internal async Task Handle(SonoranEvent received, Func<Func<Task>, Task> carefully, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            foreach (var handler in added)
            {
                await carefully(() => Begun(handler.Of(scope.ServiceProvider), received, cancellationToken)).ConfigureAwait(false);
            }
        }
    }

    private static Task Begun(ISonoranEventReceiver handler, SonoranEvent received, CancellationToken cancellationToken) =>
        handler.Handle(received, cancellationToken)
        ?? throw new InvalidOperationException($"{handler.GetType().Name}.Handle gave null instead of a task: return Task.CompletedTask where there is nothing to wait for");

    /// <summary>A type of handler, and how it is made.</summary>
    internal sealed record Added(Type Type, Func<IServiceProvider, ISonoranEventReceiver> Of);
}
