using System;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Sonoran.DependencyInjection;

/// <summary>A client that goes on with its options as they are at any time.</summary>
internal sealed class RenewedClient : IDisposable
{
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly IDisposable? _listening;

    private readonly Func<string, bool> _refused;

    internal RenewedClient(IOptionsMonitor<SonoranClientOptions> monitor, Func<string, bool> refused, string name, ILoggerFactory? loggers)
    {
        _name = name;
        _refused = refused;
        _logger = loggers?.CreateLogger<SonoranClient>() ?? NullLogger<SonoranClient>.Instance;
        Client = new SonoranClient(Logged(monitor.Get(name)));
        _listening = monitor.OnChange(Renew);
    }

    internal SonoranClient Client { get; }

    public void Dispose()
    {
        _listening?.Dispose();
        Client.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whoever changed the configuration is not here to be told; the log is.")]
    private void Renew(SonoranClientOptions options, string? name)
    {
        // The old ones once more are nothing to take over.
        if (name != _name || _refused(_name))
        {
            return;
        }

        try
        {
            Client.Reconfigure(Logged(options));
            SonoranLogging.Renewed(_logger, SonoranLogging.Shown(_name));
        }
        catch (Exception exception)
        {
            SonoranLogging.NotRenewed(_logger, exception, SonoranLogging.Shown(_name), exception.Message);
        }
    }

    private SonoranClientOptions Logged(SonoranClientOptions options) => options.LogTo(_logger);
}
