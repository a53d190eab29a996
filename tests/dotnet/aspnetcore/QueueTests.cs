using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sonoran.AspNetCore;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What becomes of events after they were answered.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task A_thousand_events_at_once_are_handled_exactly_once()
    {
        const int Count = 1000;
        var (handled, running, all) = (new ConcurrentQueue<string?>(), 0, new TaskCompletionSource());
        await using var receiver = await Receiver.Start(options => options.OnAccountKicked = async (kicked, _) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            handled.Enqueue(kicked.AccountId);
            if (handled.Count == Count)
            {
                all.SetResult();
            }
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(number => receiver.Post(Kicked(number))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.Status));
        await all.Task;
        await receiver.Stop();
        Assert.Equal(Enumerable.Range(0, Count), handled.Select(id => int.Parse(id!)).Order());
        Assert.DoesNotContain(receiver.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_order_of_arrival_is_the_order_of_the_handlers()
    {
        var handled = new List<string?>();
        await using var receiver = await Receiver.Start(options => options.OnAccountKicked = async (kicked, _) =>
        {
            await Task.Yield();
            handled.Add(kicked.AccountId);
        });
        for (var number = 0; number < 50; number++)
        {
            await receiver.Post(Kicked(number));
        }

        await receiver.Stop();
        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"{number}"), handled);
    }

    [Fact]
    public async Task A_full_queue_asks_to_come_back()
    {
        var (begun, gate) = (new SemaphoreSlim(0), new TaskCompletionSource());
        await using var receiver = await Receiver.Start(options =>
        {
            options.MaxQueue = 2;
            options.OnAccountKicked = async (_, _) =>
            {
                begun.Release();
                await gate.Task;
            };
        });
        await receiver.Post(Kicked(0));
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        // One is at work, two may wait.
        Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(Kicked(1))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(Kicked(2))).Status);
        var refused = await receiver.Post(Kicked(3));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal("text/plain", refused.ContentHeaders.ContentType!.MediaType);
        gate.SetResult();
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(Kicked(4))).Status);
        await receiver.Stop();
        // The second of the three that waited, and the one that came later.
        Assert.Equal(2, begun.CurrentCount);
    }

    [Fact]
    public async Task A_handler_that_fails_is_logged_and_the_next_is_called()
    {
        var handled = new List<string?>();
        await using var receiver = await Receiver.Start(options => options.OnAccountKicked = (kicked, _) =>
        {
            handled.Add(kicked.AccountId);
            return kicked.AccountId switch
            {
                "0" => throw new InvalidOperationException("at once"),
                "1" => Task.FromException(new InvalidOperationException("later")),
                "2" => null!,
                _ => Task.CompletedTask,
            };
        });
        await SendFour(receiver);
        Assert.Equal(["0", "1", "2", "3"], handled);
        var errors = receiver.Log.Where(line => line.StartsWith("Error: The handler of a push event ACCOUNT_KICKED failed", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, errors.Count);
        Assert.All(errors, line => Assert.EndsWith("[11 EventHandlerFailed]", line));
        Assert.Contains("at once", errors[0]);
        Assert.Contains("later", errors[1]);
        Assert.Contains("the handler of AccountKickedEvent gave null instead of a task", errors[2]);
        Assert.All(receiver.Log, line => Assert.DoesNotContain(Receiver.Key, line));
    }

    [Fact]
    public async Task OnError_hears_of_failures_and_may_fail_itself()
    {
        var failed = new List<(string, string?)>();
        await using var receiver = await Receiver.Start(options =>
        {
            options.OnAccountKicked = (_, _) => throw new InvalidOperationException("the handler");
            options.OnError = (error, received, _) =>
            {
                failed.Add((error.Message, received.AccountId));
                return received.AccountId == "1" ? throw new InvalidOperationException("OnError itself") : Task.CompletedTask;
            };
        });
        await SendFour(receiver);
        Assert.Equal(Enumerable.Range(0, 4).Select(number => ("the handler", (string?)$"{number}")), failed);
        Assert.Equal(2, receiver.Log.Count(line => line.StartsWith("Error", StringComparison.Ordinal)));
        Assert.Contains(receiver.Log, line => line.Contains("OnError itself") && line.EndsWith("[12 OnErrorFailed]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shutting_down_handles_what_waits()
    {
        var (gate, handled) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        await using var receiver = await Receiver.Start(options => options.OnAccountKicked = async (_, cancellationToken) =>
        {
            await gate.Task;
            // Whoever does not wait for the handlers is gone before the last of them.
            await Task.Delay(20, cancellationToken);
            handled++;
        });
        for (var number = 0; number < 5; number++)
        {
            await receiver.Post(Kicked(number));
        }

        // Nothing can be handled before the application is about to end.
        var lifetime = receiver.Services.GetRequiredService<IHostApplicationLifetime>();
        using var opening = lifetime.ApplicationStopped.Register(gate.SetResult);
        await receiver.Stop();
        Assert.Equal(5, handled);
        Assert.DoesNotContain(receiver.Log, line => line.Contains("were not handled"));
    }

    [Fact]
    public async Task When_the_application_is_stopping_no_more_events_are_taken()
    {
        var gate = new TaskCompletionSource();
        await using var receiver = await Receiver.Start(options => options.OnAccountKicked = (_, _) => gate.Task);
        using var connection = await RawConnection.Post(receiver.Url, $"Expect: 100-continue\r\nContent-Length: {Kicked(1).Length}");
        await connection.IsRead();
        await receiver.Post(Kicked(0));
        var stopped = receiver.Stop();
        var lifetime = receiver.Services.GetRequiredService<IHostApplicationLifetime>();
        Assert.True(lifetime.ApplicationStopping.IsCancellationRequested);
        await connection.Send(Kicked(1));
        Assert.StartsWith("HTTP/1.1 503 ", await connection.UntilClosed());
        gate.SetResult();
        await stopped;
    }

    [Fact]
    public async Task The_time_for_shutting_down_ends_handlers_and_what_waits_is_told()
    {
        var begun = new TaskCompletionSource();
        await using var receiver = await Receiver.Start(
            options => options.OnAccountKicked = async (_, cancellationToken) =>
            {
                begun.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            },
            shutdownTimeout: TimeSpan.FromMilliseconds(300));
        await receiver.Post(Kicked(0));
        await receiver.Post(Kicked(1));
        await receiver.Post(Kicked(2));
        await begun.Task;
        // The host itself finds its time over, too.
        await Record.ExceptionAsync(receiver.Stop);
        Assert.Contains(receiver.Log, line => line.Contains("2 push events were not handled") && line.EndsWith("[16 EventsDropped]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handler_that_does_not_heed_its_token_is_told_of()
    {
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var receiver = await Receiver.Start(
            options => options.OnAccountKicked = (_, _) =>
            {
                begun.TrySetResult();
                return gate.Task;
            },
            shutdownTimeout: TimeSpan.FromMilliseconds(100));
        await receiver.Post(Kicked(0));
        await begun.Task;
        await Record.ExceptionAsync(receiver.Stop);
        Assert.Contains(receiver.Log, line => line.Contains("still runs") && line.EndsWith("[15 EventHandlerCutOff]", StringComparison.Ordinal));
        gate.SetResult();
    }

    [Fact]
    public async Task A_handler_may_stop_the_application()
    {
        IHostApplicationLifetime? lifetime = null;
        var stopped = new TaskCompletionSource();
        await using var receiver = await Receiver.Start(options => options.OnAccountKicked = (_, _) =>
        {
            lifetime!.StopApplication();
            stopped.SetResult();
            return Task.CompletedTask;
        });
        lifetime = receiver.Services.GetRequiredService<IHostApplicationLifetime>();
        await receiver.Post(Kicked(0));
        await stopped.Task;
        await receiver.Stop();
    }

    private static string Kicked(int number) => Receiver.Body("ACCOUNT_KICKED", $$"""{"accountId":"{{number}}"}""");

    /// <summary>Sends four events and waits until all of them were handled.</summary>
    private static async Task SendFour(Receiver receiver)
    {
        for (var number = 0; number < 4; number++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await receiver.Post(Kicked(number))).Status);
        }

        await receiver.Stop();
    }
}
