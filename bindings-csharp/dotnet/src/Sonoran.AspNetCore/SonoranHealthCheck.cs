using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Sonoran.AspNetCore;

/// <summary>Asks whether the API answers, seldom enough to leave the rate limit to the application.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the application, and nobody asks its semaphore for a handle.")]
internal sealed class SonoranHealthCheck(SonoranClient client) : IHealthCheck
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    // A check is not to wait, nor to hide that the first try failed.
    private static readonly SonoranCallOptions Options =
        new() { rateLimit = SonoranRateLimit.Error, retries = 0, timeout = TimeSpan.FromSeconds(10) };

    private readonly SemaphoreSlim _asking = new(1, 1);
    private SonoranResponse? _last;
    private long _asked;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_last is null || TimeProvider.System.GetElapsedTime(_asked) >= Fresh)
            {
                await Ask(cancellationToken).ConfigureAwait(false);
            }

            return Told(context.Registration.FailureStatus);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task Ask(CancellationToken cancellationToken)
    {
        SonoranResponse answer = await client.Cms.getCommunityV2(Options, cancellationToken).ConfigureAwait(false);
        // Without a slot nothing was asked, and nothing is known that was not known before.
        if (answer.attempts > 0 || _last is null)
        {
            _last = answer;
            _asked = TimeProvider.System.GetTimestamp();
        }
    }

    private HealthCheckResult Told(HealthStatus failure)
    {
        var last = _last!;
        if (last.success || last.attempts == 0)
        {
            return HealthCheckResult.Healthy(last.success ? "The Sonoran API answers." : "Not asked: the application uses the whole rate limit.");
        }

        var data = new Dictionary<string, object> { ["kind"] = last.error!.kind };
        if (last.requestId is { } requestId)
        {
            data["requestId"] = requestId;
        }

        return new HealthCheckResult(failure, last.reason, data: data);
    }
}
