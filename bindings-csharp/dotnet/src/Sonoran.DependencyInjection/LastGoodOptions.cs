using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sonoran.DependencyInjection;

/// <summary>Makes options, and where a reload made them wrong, says so and stays with those of before.</summary>
/// <remarks>
/// Here and not at the client, so that nobody is thrown at: not whoever reloads the configuration, nor whoever asks for
/// the options, such as an endpoint of push events.
/// </remarks>
internal sealed class LastGoodOptions(
    IEnumerable<IConfigureOptions<SonoranClientOptions>> setups,
    IEnumerable<IPostConfigureOptions<SonoranClientOptions>> postConfigures,
    IEnumerable<IValidateOptions<SonoranClientOptions>> validations,
    ILoggerFactory? loggers = null) : IOptionsFactory<SonoranClientOptions>
{
    private readonly OptionsFactory<SonoranClientOptions> _factory = new(setups, postConfigures, validations);
    private readonly ILogger? _logger = loggers?.CreateLogger<SonoranClient>();
    private readonly ConcurrentDictionary<string, SonoranClientOptions> _good = new();

    /// <summary>Why the newest ones are refused, by name.</summary>
    private readonly ConcurrentDictionary<string, string> _refused = new();

    [SuppressMessage("Design", "CA1031", Justification = "Whoever changed the configuration is not here to be told; the log is.")]
    public SonoranClientOptions Create(string name)
    {
        try
        {
            var made = Made(name);
            _good[name] = made;
            _refused.TryRemove(name, out _);
            return made;
        }
        catch (Exception exception) when (_good.ContainsKey(name))
        {
            Tell(name, exception);
            return _good[name];
        }
    }

    /// <summary>Whether there are newer ones that were wrong.</summary>
    internal bool Refused(string name) => _refused.ContainsKey(name);

    /// <summary>Values that can't be bound are told as wrong options are, all of them, where binding tells the first.</summary>
    private SonoranClientOptions Made(string name)
    {
        try
        {
            return _factory.Create(name);
        }
        catch (InvalidOperationException) when (Entries(name) is { Length: > 0 })
        {
            throw new OptionsValidationException(name, typeof(SonoranClientOptions), Entries(name));
        }
    }

    private string[] Entries(string name) =>
        [.. validations.OfType<OptionsCheck>().Where(check => check.Name == name).SelectMany(check => check.Entries()).Select(entry => entry.Words)];

    // Once, however many ask for the options until they are mended.
    private void Tell(string name, Exception exception)
    {
        var before = _refused.TryGetValue(name, out var told) ? told : null;
        _refused[name] = exception.Message;
        if (_logger is not null && before != exception.Message)
        {
            SonoranLogging.NotRenewed(_logger, exception, SonoranLogging.Shown(name), exception.Message);
        }
    }
}
