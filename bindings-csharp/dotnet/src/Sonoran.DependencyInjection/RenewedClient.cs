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

    private object?[] _values;
    private bool _wasRefused;

    internal RenewedClient(IOptionsMonitor<SonoranClientOptions> monitor, Func<string, bool> refused, string name, ILoggerFactory? loggers)
    {
        _name = name;
        _refused = refused;
        _logger = loggers?.CreateLogger<SonoranClient>() ?? NullLogger<SonoranClient>.Instance;
        var options = monitor.Get(name);
        _values = OptionValues.Of(options);
        Client = new SonoranClient(Logged(options));
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
        if (name != _name)
        {
            return;
        }

        // The old ones once more are nothing to take over.
        if (_refused(_name))
        {
            _wasRefused = true;
            return;
        }

        var values = OptionValues.Of(options);
        // A reload may be of anything in the configuration. The client looks at the environment again in any case.
        var isNew = _wasRefused || !OptionValues.AreSame(values, _values);
        try
        {
            Client.Reconfigure(Logged(options));
            (_values, _wasRefused) = (values, false);
            if (isNew)
            {
                SonoranLogging.Renewed(_logger, SonoranLogging.Shown(_name));
            }
        }
        catch (Exception exception)
        {
            _wasRefused = true;
            SonoranLogging.NotRenewed(_logger, exception, SonoranLogging.Shown(_name), exception.Message);
        }
    }

    private SonoranClientOptions Logged(SonoranClientOptions options) => options.LogTo(_logger);
}
