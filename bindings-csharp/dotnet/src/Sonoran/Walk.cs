using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sonoran.Json;

namespace Sonoran;

/// <summary>A list that comes in pages, one item after the other. The next page is asked for when the one before is used up.</summary>
/// <typeparam name="TItem">The type of an item.</typeparam>
/// <typeparam name="TPage">The type of a page's data.</typeparam>
/// <remarks>
/// Rate limits, retries and the call's bounds hold for each page. A page that fails is thrown as its <see cref="SonoranError"/>;
/// the walk then stands where it was, and to iterate over it once more goes on from there, as it does after a <c>break</c>.
/// An item that is none of its type is thrown as an <see cref="InvalidResponseError"/> that names its place, which is
/// <see cref="Position"/>: a walk with a <c>skip</c> of one more goes on behind it, and <see cref="Pages"/> has it as it came.
/// What is added or removed while somebody walks may shift the pages: the service counts anew for each of them. Who shares
/// a walk shares its items.
/// </remarks>
/// <example>
/// <code>
/// await foreach (var account in sonoran.Walk.getAccountsV2(new GetAccountsQuery { banned = false }))
/// {
///     Console.WriteLine(account.accName);
/// }
/// </code>
/// </example>
[SuppressMessage("Design", "CA1001", Justification = "Nothing waits for the handle of its semaphore, so there is nothing to dispose.")]
public sealed class Walk<TItem, TPage> : IAsyncEnumerable<TItem>
{
    private readonly Func<long, CancellationToken, Task<SonoranResponse<TPage>>> _call;
    private readonly Paged<TItem> _paged;
    private readonly long _start;
    // One asks for the next page at a time.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Queue<JsonElement> _waiting = new();
    // What they came with.
    private SonoranResponse<TPage>? _page;
    private string? _before;
    private bool _ended;

    internal Walk(Paged<TItem> paged, long start, Func<long, CancellationToken, Task<SonoranResponse<TPage>>> call)
    {
        _paged = paged;
        _call = call;
        _start = start;
        Position = start;
    }

    /// <summary>How many items lie behind, counted from the start of the list: a <c>skip</c> to go on from.</summary>
    public long Position { get; private set; }

    /// <summary>How many items the whole list has, once a page has told; null where the service does not.</summary>
    public long? Total { get; private set; }

    /// <summary>The items that are left.</summary>
    /// <param name="cancellationToken">Ends the walk, and the request of a page with it.</param>
    /// <returns>An enumerator over them.</returns>
    /// <exception cref="SonoranError">A page failed, or an item is none of its type.</exception>
    public async IAsyncEnumerator<TItem> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            TItem item;
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await Fetch(cancellationToken).ConfigureAwait(false);
                if (_waiting.Count == 0)
                {
                    yield break;
                }

                item = Next();
            }
            finally
            {
                _turn.Release();
            }

            yield return item;
        }
    }

    /// <summary>All items that are left. Where a page fails, or an item is none, nothing is lost: the next time begins where this one did.</summary>
    /// <param name="cancellationToken">Ends the walk, and the request of a page with it.</param>
    /// <returns>The items.</returns>
    /// <exception cref="SonoranError">A page failed, or an item is none of its type.</exception>
    public async Task<IReadOnlyList<TItem>> ListAsync(CancellationToken cancellationToken = default)
    {
        var items = new List<TItem>();
        var taken = new List<JsonElement>();
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                await Fetch(cancellationToken).ConfigureAwait(false);
                if (_waiting.Count == 0)
                {
                    return items;
                }

                var next = _waiting.Peek();
                items.Add(Next());
                taken.Add(next);
            }
        }
        catch
        {
            // Nobody gets what was taken.
            Position -= taken.Count;
            _waiting = new Queue<JsonElement>(taken.Concat(_waiting));
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The whole responses that are left, each with one page; the first begins where the items ended.</summary>
    /// <param name="cancellationToken">Ends the walk, and the request of a page with it.</param>
    /// <returns>Successes alone.</returns>
    /// <exception cref="SonoranError">A page failed.</exception>
    public async IAsyncEnumerable<SonoranResponse<TPage>> Pages([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            SonoranResponse<TPage> response;
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                ForgetFetched();
                if (_ended)
                {
                    yield break;
                }

                response = await Ask(cancellationToken).ConfigureAwait(false);
                Position += _waiting.Count;
                _waiting.Clear();
            }
            finally
            {
                _turn.Release();
            }

            yield return response;
        }
    }

    /// <summary>How many items this walk has from where it began; asks for the first page where none was asked for yet.</summary>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The number; null where the service does not tell.</returns>
    /// <exception cref="SonoranError">The page failed.</exception>
    public async Task<long?> CountAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Fetch(cancellationToken).ConfigureAwait(false);
            return Total is { } total ? Math.Max(total - _start, 0) : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The operation and where the walk is.</summary>
    public override string ToString() => $"Walk({_paged.Operation}, position {Position}, total {(object?)Total ?? "unknown"})";

    /// <summary>The next item of what came. One that is none stays the next.</summary>
    private TItem Next()
    {
        var next = _waiting.Peek();
        if (_paged.Misfit(next, _page!.Throws, out var item) is { } words)
        {
            throw new InvalidResponseError(_page, $"Item {Position} of the list {words}.", new JsonException());
        }

        _waiting.Dequeue();
        Position++;
        return item;
    }

    private async Task Fetch(CancellationToken cancellationToken)
    {
        while (_waiting.Count == 0 && !_ended)
        {
            await Ask(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Asks for a page from where its items ended, whatever was asked for: the service gives fewer without a word. The walk ends with
    /// the total, with an empty page, and with one that came before, so that it does end.
    /// </summary>
    private async Task<SonoranResponse<TPage>> Ask(CancellationToken cancellationToken)
    {
        var response = await _call(Position, cancellationToken).ConfigureAwait(false);
        response.ThrowIfFailed();
        var total = _paged.TotalOf(response.data) ?? Total;
        // Where something says that there is more, no list is no end.
        if (_paged.ListOf(response.data, mayBeNull: !(Position < total)) is not { } list)
        {
            throw Refused(response, "holds no list where its items belong");
        }

        var text = list.GetRawText();
        var count = list.GetArrayLength();
        if (count > 0 && text == _before)
        {
            throw Refused(response, "is the same page again: it takes no `skip`");
        }

        _before = text;
        Total = total;
        _page = response;
        _waiting = new Queue<JsonElement>(list.EnumerateArray());
        _ended = count == 0 || Position + _waiting.Count >= Total;
        return response;
    }

    private void ForgetFetched()
    {
        if (_waiting.Count > 0)
        {
            _waiting.Clear();
            _before = null;
            _ended = false;
        }
    }

    private static InvalidResponseError Refused(SonoranResponse response, string problem) =>
        new(response, $"The service's answer {problem}.", new JsonException());
}
