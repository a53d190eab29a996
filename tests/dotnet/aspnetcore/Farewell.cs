// Handler
using Microsoft.Extensions.Logging;
using Sonoran;
using Sonoran.AspNetCore;

internal sealed class Farewell(ISonoranClient sonoran, ILogger<Farewell> logger) : ISonoranEventReceiver
{
    public async Task Handle(SonoranEvent received, CancellationToken cancellationToken)
    {
        if (received is AccountKickedEvent { AccountId: { } id })
        {
            var account = await sonoran.Cms.getAccountV2(id, cancellationToken: cancellationToken);
            logger.LogInformation("{Name} was kicked", account.value?.accName);
        }
    }
}
// end
