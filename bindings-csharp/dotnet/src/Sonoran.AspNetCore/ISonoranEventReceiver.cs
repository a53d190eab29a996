using System.Threading;
using System.Threading.Tasks;

namespace Sonoran.AspNetCore;

/// <summary>Handles push events as a service, with other services in its constructor; see <c>AddSonoranEvents</c>.</summary>
public interface ISonoranEventReceiver
{
    /// <summary>Handles one event. Each gets a handler of its own, in a scope of its own.</summary>
    /// <param name="received">The event; <c>switch</c> tells its type.</param>
    /// <param name="cancellationToken">Is cancelled when the time is over that the application has for shutting down.</param>
    /// <returns>Ends when the event is handled; the next one comes then.</returns>
    Task Handle(SonoranEvent received, CancellationToken cancellationToken);
}
