using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace Sonoran;

/// <summary>Many calls, a few at a time.</summary>
public static class SonoranMap
{
    /// <summary>Makes a call for each item, a few at a time, and gives each response as it comes.</summary>
    /// <remarks>
    /// A failed call is no exception here, also where <see cref="SonoranClientOptions.throwErrors"/> is set. What is wrong with a call,
    /// or thrown by what gives the items, is thrown once the responses under way are given, and no more calls are made. Whoever leaves
    /// the loop cancels what is under way. Once <paramref name="cancellationToken"/> is cancelled, no further call begins: responses that have
    /// come are given, and the loop ends at once with an <see cref="OperationCanceledException"/> of that token. Calls under way end too
    /// where they were made with the token that <paramref name="call"/> gets; others go on, and nobody hears of their responses.
    /// </remarks>
    /// <typeparam name="TItem">The type of an item.</typeparam>
    /// <typeparam name="T">The type of the data.</typeparam>
    /// <param name="sonoran">The client, whose rate limit progress tells of.</param>
    /// <param name="items">What there is to call with, such as a list or a walk; the next one is taken when its call begins.</param>
    /// <param name="call">Makes the call for an item; the token, which it hands on, ends it.</param>
    /// <param name="concurrency">How many calls may be under way.</param>
    /// <param name="progress">Is told after each response.</param>
    /// <param name="cancellationToken">Ends all of it.</param>
    /// <returns>The responses, each with its item.</returns>
    /// <exception cref="ArgumentException">An argument is missing, or <paramref name="concurrency"/> is less than 1.</exception>
    /// <example>
    /// <code>
    /// await foreach (var result in sonoran.Map(accounts, (account, token) =>
    ///     sonoran.Cms.setAccountRanksV2(account.accId, new SetAccountRanksPayload { accId = account.accId, add = ["rank-1"] }, cancellationToken: token)))
    /// {
    ///     Console.WriteLine($"{result.Item.accName}: {result.Response.success}");
    /// }
    /// </code>
    /// </example>
    public static IAsyncEnumerable<SonoranResult<TItem, T>> Map<TItem, T>(
        this ISonoranClient sonoran,
        IEnumerable<TItem> items,
        Func<TItem, CancellationToken, Task<SonoranResponse<T>>> call,
        int concurrency = 4,
        IProgress<SonoranProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var given = items ?? throw new ArgumentNullException(nameof(items));
        var total = given is IReadOnlyCollection<TItem> list ? list.Count : (given as ICollection<TItem>)?.Count;
        return Checked(sonoran, Each(given), total, call, concurrency, progress, cancellationToken);
    }

    /// <inheritdoc cref="Map{TItem, T}(ISonoranClient, IEnumerable{TItem}, Func{TItem, CancellationToken, Task{SonoranResponse{T}}}, int, IProgress{SonoranProgress}?, CancellationToken)"/>
    public static IAsyncEnumerable<SonoranResult<TItem, T>> Map<TItem, T>(
        this ISonoranClient sonoran,
        IEnumerable<TItem> items,
        Func<TItem, Task<SonoranResponse<T>>> call,
        int concurrency = 4,
        IProgress<SonoranProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Map(sonoran, items, WithoutToken(call), concurrency, progress, cancellationToken);

    /// <inheritdoc cref="Map{TItem, T}(ISonoranClient, IEnumerable{TItem}, Func{TItem, CancellationToken, Task{SonoranResponse{T}}}, int, IProgress{SonoranProgress}?, CancellationToken)"/>
    public static IAsyncEnumerable<SonoranResult<TItem, T>> Map<TItem, T>(
        this ISonoranClient sonoran,
        IAsyncEnumerable<TItem> items,
        Func<TItem, CancellationToken, Task<SonoranResponse<T>>> call,
        int concurrency = 4,
        IProgress<SonoranProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Checked(sonoran, items ?? throw new ArgumentNullException(nameof(items)), null, call, concurrency, progress, cancellationToken);

    /// <inheritdoc cref="Map{TItem, T}(ISonoranClient, IAsyncEnumerable{TItem}, Func{TItem, CancellationToken, Task{SonoranResponse{T}}}, int, IProgress{SonoranProgress}?, CancellationToken)"/>
    public static IAsyncEnumerable<SonoranResult<TItem, T>> Map<TItem, T>(
        this ISonoranClient sonoran,
        IAsyncEnumerable<TItem> items,
        Func<TItem, Task<SonoranResponse<T>>> call,
        int concurrency = 4,
        IProgress<SonoranProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Map(sonoran, items, WithoutToken(call), concurrency, progress, cancellationToken);

    private static Func<TItem, CancellationToken, Task<SonoranResponse<T>>> WithoutToken<TItem, T>(Func<TItem, Task<SonoranResponse<T>>> call) =>
        call is null ? throw new ArgumentNullException(nameof(call)) : (item, _) => call(item);

    // Before the first item is asked for, where the caller stands.
    private static IAsyncEnumerable<SonoranResult<TItem, T>> Checked<TItem, T>(
        ISonoranClient sonoran,
        IAsyncEnumerable<TItem> items,
        int? total,
        Func<TItem, CancellationToken, Task<SonoranResponse<T>>> call,
        int concurrency,
        IProgress<SonoranProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (concurrency < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(concurrency), concurrency, "concurrency must be at least 1");
        }

        var told = new Progress(sonoran ?? throw new ArgumentNullException(nameof(sonoran)), total, progress);
        return Run(items, call ?? throw new ArgumentNullException(nameof(call)), concurrency, told, cancellationToken);
    }

    private static async IAsyncEnumerable<SonoranResult<TItem, T>> Run<TItem, T>(
        IAsyncEnumerable<TItem> items,
        Func<TItem, CancellationToken, Task<SonoranResponse<T>>> call,
        int concurrency,
        Progress progress,
        CancellationToken given,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(given, cancellationToken);
        // Calls that were not given the token would keep the loop waiting.
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = end.Token.Register(() => cancelled.TrySetResult(true));
        var underWay = new List<Task<SonoranResult<TItem, T>>>();
        var source = items.GetAsyncEnumerator(end.Token);
        Task<bool>? next = null;
        ExceptionDispatchInfo? fault = null;
        var (index, ended) = (0, false);
        try
        {
            while (true)
            {
                if (ended && underWay.Count == 0)
                {
                    break;
                }

                if (end.IsCancellationRequested && !underWay.Exists(static task => task.IsCompleted))
                {
                    fault ??= Cancelled(end.Token);
                    break;
                }

                if (next is null && !ended && underWay.Count < concurrency && !end.IsCancellationRequested)
                {
                    next = Begun(source);
                }

                await Task.WhenAny([.. underWay, .. next is null ? Array.Empty<Task>() : [next], cancelled.Task]).ConfigureAwait(false);
                if (next is { IsCompleted: true })
                {
                    var (isThere, problem) = await Outcome(next).ConfigureAwait(false);
                    (next, fault, ended) = (null, fault ?? problem, ended || !isThere);
                    if (isThere && !end.IsCancellationRequested)
                    {
                        underWay.Add(Made(call, index++, source.Current, end.Token));
                    }

                    continue;
                }

                if (underWay.Find(static task => task.IsCompleted) is not { } done)
                {
                    continue;
                }

                underWay.Remove(done);
                var (result, wrong) = await Outcome(done).ConfigureAwait(false);
                if (wrong is not null)
                {
                    (fault, ended) = (fault ?? wrong, true);
                    continue;
                }

                progress.Came(result!.Response, underWay.Count);
                yield return result;
            }

            if (fault?.SourceException is OperationCanceledException)
            {
                // With the caller's token, and not with the one that calls got.
                given.ThrowIfCancellationRequested();
                cancellationToken.ThrowIfCancellationRequested();
            }

            fault?.Throw();
        }
        finally
        {
            end.Cancel();
            foreach (var task in underWay)
            {
                // Nobody waits for it any more.
                _ = task.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }

            if (next is not null)
            {
                // An enumerator that is under way can't be disposed.
                await Outcome(next).ConfigureAwait(false);
            }

            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static ExceptionDispatchInfo Cancelled(CancellationToken token) => ExceptionDispatchInfo.Capture(new OperationCanceledException(token));

    private static async Task<bool> Begun<TItem>(IAsyncEnumerator<TItem> source) => await source.MoveNextAsync().ConfigureAwait(false);

    private static async Task<SonoranResult<TItem, T>> Made<TItem, T>(
        Func<TItem, CancellationToken, Task<SonoranResponse<T>>> call, int index, TItem item, CancellationToken cancellationToken)
    {
        try
        {
            var made = call(item, cancellationToken) ?? throw NoCall(index);
            return new(index, item, await made.ConfigureAwait(false) ?? throw NoCall(index));
        }
        catch (SonoranError error)
        {
            return new(index, item, error.Response<T>());
        }
    }

    private static InvalidOperationException NoCall(int index) =>
        new($"for item {index}, call gave null: it has to make a call, such as (item, token) => sonoran.Cms.getAccountV2(item, cancellationToken: token)");

    [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, it is thrown later.")]
    private static async Task<(T? Value, ExceptionDispatchInfo? Problem)> Outcome<T>(Task<T> task)
    {
        try
        {
            return (await task.ConfigureAwait(false), null);
        }
        catch (Exception exception)
        {
            return (default, ExceptionDispatchInfo.Capture(exception));
        }
    }

    [SuppressMessage("Performance", "CA1859", Justification = "Both kinds of items go one way.")]
    private static async IAsyncEnumerable<TItem> Each<TItem>(IEnumerable<TItem> items)
    {
        foreach (var item in items)
        {
            yield return item;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <summary>Counts, and tells whoever wants to know.</summary>
    private sealed class Progress
    {
        private readonly ISonoranClient _sonoran;
        private readonly int? _total;
        private readonly IProgress<SonoranProgress>? _told;
        private int _done;

        internal Progress(ISonoranClient sonoran, int? total, IProgress<SonoranProgress>? told)
        {
            _sonoran = sonoran;
            _total = total;
            _told = told;
        }

        internal void Came(SonoranResponse response, int underWay)
        {
            _done++;
            if (_told is not null)
            {
                // A fake's response is of no operation.
                var state = response.Operation.Length == 0 ? null : _sonoran.RateLimit(response.Operation);
                _told.Report(new SonoranProgress(_done, _total, state?.Free, state is null ? null : Left(state, underWay)));
            }
        }

        /// <summary>Slots are free again a window after they were taken: the rest takes as many windows as it fills.</summary>
        private TimeSpan? Left(SonoranRateLimitState state, int underWay)
        {
            if (_total is not { } total || state.Limit < 1 || _sonoran is SonoranClient { IsLimited: false })
            {
                return null;
            }

            // Those under way have their slots, but for those that stand in line.
            var sent = Math.Max(underWay - state.Waiting, 0);
            var beyond = total - _done - sent - state.Free;
            if (beyond <= 0)
            {
                return TimeSpan.Zero;
            }

            var window = (_sonoran as SonoranClient)?.RateWindow ?? TimeSpan.FromSeconds(60);
            var windows = ((beyond + state.Limit - 1) / state.Limit) - 1;
            return (state.NextFreeIn ?? window) + TimeSpan.FromTicks(window.Ticks * windows);
        }
    }
}
