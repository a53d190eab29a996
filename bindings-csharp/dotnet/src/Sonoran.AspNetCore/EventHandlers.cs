using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Sonoran.AspNetCore;

/// <summary>The handlers that were added to the services, called one after the other in a scope for each event.</summary>
internal sealed class EventHandlers(IServiceScopeFactory scopes, IEnumerable<EventHandlers.Added> added)
{
    internal async Task Handle(SonoranEvent received, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            foreach (var handler in added)
            {
                await handler.Of(scope.ServiceProvider).Handle(received, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A type of handler.</summary>
    internal sealed record Added(Func<IServiceProvider, ISonoranEventReceiver> Of);
}
