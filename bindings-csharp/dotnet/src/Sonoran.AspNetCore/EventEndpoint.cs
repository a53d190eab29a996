using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sonoran.AspNetCore;

/// <summary>Answers requests: an event goes into the queue, anything else is refused.</summary>
internal sealed partial class EventEndpoint
{
    private readonly Func<string[]> _keys;
    private readonly TimeSpan _bodyTimeout;
    private readonly EventQueue _queue;
    private readonly ILogger _logger;

    internal EventEndpoint(Func<string[]> keys, TimeSpan bodyTimeout, EventQueue queue, ILogger logger)
    {
        _keys = keys;
        _bodyTimeout = bodyTimeout;
        _queue = queue;
        _logger = logger;
    }

    internal async Task Answer(HttpContext context)
    {
        var body = await EventBody.Read(context, _bodyTimeout).ConfigureAwait(false);
        if (body.Bytes is { } bytes)
        {
            await Take(context, bytes).ConfigureAwait(false);
        }
        else if (!context.RequestAborted.IsCancellationRequested)
        {
            Close(context);
            await Refuse(context, body.Status, body.Reason).ConfigureAwait(false);
        }
    }

    private Task Take(HttpContext context, byte[] body)
    {
        if (!SonoranEvents.TryParse(body, _keys(), out var received, out var error))
        {
            return Refuse(context, error.Status, error.Reason);
        }

        if (!_queue.TryAdd(received))
        {
            context.Response.Headers.RetryAfter = "1";
            return Refuse(context, StatusCodes.Status503ServiceUnavailable, "Too many events are waiting, or the server is being shut down.");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>The rest of the body may still come, so the connection cannot be used for another request.</summary>
    private static void Close(HttpContext context)
    {
        // Later versions end the one stream by themselves, and have no such header.
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }
    }

    private Task Refuse(HttpContext context, int status, string reason)
    {
        LogRefusal(status, reason);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason);
    }

    [LoggerMessage(17, LogLevel.Debug, "A push event was refused with {Status}: {Reason}", EventName = "EventRefused")]
    private partial void LogRefusal(int status, string reason);
}
