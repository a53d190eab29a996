using System;
using System.Globalization;
using System.Linq;
using Microsoft.Extensions.Logging;

namespace Sonoran;

/// <summary>Writes what a client does to a log, as events whose ids and names stay the same.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>1 AttemptFailed</term><description>Warning: no answer came, or the service was down or counted too many requests.</description></item>
/// <item><term>2 AttemptAnswered</term><description>Debug: any other answer.</description></item>
/// <item><term>3 WaitsForRateLimit</term><description>Information: a call waits for a slot for more than a second.</description></item>
/// <item><term>4 OptionsRenewed</term><description>Information: the client goes on with other options, or with good ones after wrong ones.</description></item>
/// <item><term>5 OptionsRefused</term><description>Error: other options were wrong, and the client goes on with the old ones.</description></item>
/// <item><term>6 Warned</term><description>Warning: of what no response tells, by its kind: see <see cref="SonoranWarning"/>.</description></item>
/// </list>
/// The API key is in none of them.
/// </remarks>
public static partial class SonoranLogging
{
    /// <summary>Lets a client that is made with these options write to a log. Clients of a host's services do so by themselves.</summary>
    /// <param name="options">The options; their own hooks are called as well.</param>
    /// <param name="logger">The log.</param>
    /// <returns>These options.</returns>
    /// <example>
    /// <code>
    /// using var sonoran = new SonoranClient(options.LogTo(loggerFactory.CreateLogger("Sonoran")));
    /// </code>
    /// </example>
    public static SonoranClientOptions LogTo(this SonoranClientOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        options.onAttempt += attempt => Log(logger, attempt);
        options.onWait += waiting => Waits(logger, waiting.Operation, waiting.Waited, waiting.Expected);
        options.onWarning += warning => Warned(logger, warning.Message, warning.Kind);
        return options;
    }

    [LoggerMessage(4, LogLevel.Information, "The Sonoran client {Client} goes on with other options", EventName = "OptionsRenewed")]
    internal static partial void Renewed(ILogger logger, string client);

    [LoggerMessage(5, LogLevel.Error, "The Sonoran client {Client} goes on with its old options, since the new ones are wrong: {Reason}", EventName = "OptionsRefused")]
    internal static partial void NotRenewed(ILogger logger, Exception exception, string client, string reason);

    /// <summary>What a client is called in the log.</summary>
    internal static string Shown(string name) => name.Length == 0 ? "(default)" : name;

    private static void Log(ILogger logger, SonoranAttempt attempt)
    {
        if (attempt.Status is null or 429 or >= 500)
        {
            var (kind, next) = (attempt.Kind ?? "status", attempt.Pause is { } pause ? $"next attempt in {pause}" : "no further attempt");
            var told = string.Join(' ', new[] { kind, attempt.Status?.ToString(CultureInfo.InvariantCulture), attempt.Reason }.Where(part => part is not null));
            Failed(logger, attempt.Operation, attempt.Number, told, kind, attempt.Status, attempt.Reason, attempt.Elapsed, next, attempt.Pause, Request(attempt), attempt.RequestId);
        }
        else
        {
            Answered(logger, attempt.Operation, attempt.Number, attempt.Status, attempt.Elapsed, Request(attempt), attempt.RequestId);
        }
    }

    private static string Request(SonoranAttempt attempt) => attempt.RequestId is { } id ? $" (request {id})" : "";

    // What may be missing is in the text only where it is there, and a field of its own in any case.
    [LoggerMessage(1, LogLevel.Warning, "{Operation} attempt {Attempt} failed: {Told} after {Elapsed}, {Next}{Request}", EventName = "AttemptFailed")]
    private static partial void Failed(
        ILogger logger,
        string operation,
        int attempt,
        string told,
        string kind,
        int? status,
        string? reason,
        TimeSpan elapsed,
        string next,
        TimeSpan? pause,
        string request,
        string? requestId);

    [LoggerMessage(2, LogLevel.Debug, "{Operation} attempt {Attempt} was answered with {Status} after {Elapsed}{Request}", EventName = "AttemptAnswered")]
    private static partial void Answered(ILogger logger, string operation, int attempt, int? status, TimeSpan elapsed, string request, string? requestId);

    [LoggerMessage(3, LogLevel.Information, "{Operation} waits for its rate limit, {Waited} so far, about {Expected} to go", EventName = "WaitsForRateLimit")]
    private static partial void Waits(ILogger logger, string operation, TimeSpan waited, TimeSpan expected);

    [LoggerMessage(6, LogLevel.Warning, "{Warning} ({Kind})", EventName = "Warned")]
    private static partial void Warned(ILogger logger, string warning, string kind);
}
