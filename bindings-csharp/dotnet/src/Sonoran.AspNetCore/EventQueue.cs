using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sonoran.AspNetCore;

/// <summary>The events that wait for their handlers, and the one worker that calls these.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the application, and its token is used until the end.")]
internal sealed partial class EventQueue
{
    /// <summary>How long a process that ends without stopping its application still handles what was taken.</summary>
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long a handler that heeds its token may take to end.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly SonoranEventsOptions _options;
    private readonly EventHandlers? _handlers;
    private readonly ILogger _logger;
    private readonly Channel<SonoranEvent> _waiting;
    private readonly Task _worker;

    /// <summary>The types that nobody handled, each of which is told of once.</summary>
    private readonly HashSet<string> _unhandled = new(StringComparer.Ordinal);

    /// <summary>Ends the work where it stands.</summary>
    private readonly CancellationTokenSource _end = new();

    internal EventQueue(SonoranEventsOptions options, EventHandlers? handlers, ILogger logger)
    {
        _handlers = handlers;
        _options = options;
        _logger = logger;
        _waiting = Channel.CreateBounded<SonoranEvent>(new BoundedChannelOptions(options.MaxQueue) { SingleReader = true });
        _worker = Task.Run(Work);
    }

    /// <summary>Whether there was room for it, and the application is not being shut down.</summary>
    internal bool TryAdd(SonoranEvent received) => _waiting.Writer.TryWrite(received);

    /// <summary>Handles what waits before the application ends, in the time it has for that.</summary>
    internal void EndWith(IHostApplicationLifetime lifetime, TimeSpan shutdownTimeout)
    {
        lifetime.ApplicationStopping.Register(() => TakeNoMore(shutdownTimeout));
        // Nobody stops the application where the program just ends, and what was answered with 204 would be lost.
        EventHandler atExit = (_, _) =>
        {
            TakeNoMore(ExitTimeout);
            WaitForWorker();
        };
        AppDomain.CurrentDomain.ProcessExit += atExit;
        // Not before: a handler that stops the application must not wait for itself.
        lifetime.ApplicationStopped.Register(() =>
        {
            AppDomain.CurrentDomain.ProcessExit -= atExit;
            WaitForWorker();
        });
    }

    private void TakeNoMore(TimeSpan timeToHandle)
    {
        // The first to say so sets the time.
        if (_waiting.Writer.TryComplete())
        {
            _end.CancelAfter(timeToHandle);
        }
    }

    private void WaitForWorker()
    {
        try
        {
            _worker.Wait(_end.Token);
        }
        catch (OperationCanceledException)
        {
            TellIfHandling();
        }

        if (_waiting.Reader.Count > 0)
        {
            LogDropped(_waiting.Reader.Count);
        }
    }

    private void TellIfHandling()
    {
        if (!_worker.Wait(Grace))
        {
            LogRunning();
        }
    }

    private async Task Work()
    {
        while (!_end.IsCancellationRequested && await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (!_end.IsCancellationRequested && _waiting.Reader.TryRead(out var received))
            {
                await Handle(received).ConfigureAwait(false);
            }
        }
    }

    private async Task Handle(SonoranEvent received)
    {
        await Carefully(received, () => HandleByOptions(received)).ConfigureAwait(false);
        if (_handlers is { } handlers)
        {
            // What a scope throws where it ends is no handler's, and is told all the same.
            await Carefully(received, () => handlers.Handle(received, handle => Carefully(received, handle), _end.Token)).ConfigureAwait(false);
        }
    }

    private Task HandleByOptions(SonoranEvent received)
    {
        var handling = _options.Handle(received, _end.Token);
        // The one worker is the only one here.
        if (handling == SonoranEventsOptions.Nobody && _handlers is null && _unhandled.Add(received.Type))
        {
            LogUnhandled(received.Type);
        }

        return handling;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a handler throws must not stop the others.")]
    private async Task Carefully(SonoranEvent received, Func<Task> handle)
    {
        try
        {
            await handle().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await Report(exception, received).ConfigureAwait(false);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "As above.")]
    private async Task Report(Exception exception, SonoranEvent received)
    {
        if (_options.OnError is not { } onError)
        {
            LogFailure(exception, received.Type);
            return;
        }

        try
        {
            await onError(exception, received, _end.Token).ConfigureAwait(false);
        }
        catch (Exception second)
        {
            LogFailure(exception, received.Type);
            LogSecondFailure(second);
        }
    }

    [LoggerMessage(11, LogLevel.Error, "The handler of a push event {Type} failed", EventName = "EventHandlerFailed")]
    private partial void LogFailure(Exception exception, string type);

    [LoggerMessage(13, LogLevel.Warning, "A push event {Type} was answered, and there is no handler of it; of this type that is not logged again", EventName = "EventNotHandled")]
    private partial void LogUnhandled(string type);

    [LoggerMessage(12, LogLevel.Error, "OnError failed, too", EventName = "OnErrorFailed")]
    private partial void LogSecondFailure(Exception exception);

    [LoggerMessage(15, LogLevel.Warning, "The time for shutting down is over, and the handler of a push event still runs: it is cut off", EventName = "EventHandlerCutOff")]
    private partial void LogRunning();

    [LoggerMessage(16, LogLevel.Warning, "The time for shutting down is over: {Count} push events were not handled", EventName = "EventsDropped")]
    private partial void LogDropped(int count);
}
