using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Sonoran.Native;

namespace Sonoran;

/// <summary>A client of the Sonoran API for one community. Make one and share it: it is safe for use by any number of threads.</summary>
/// <example>
/// <code>
/// using var sonoran = new SonoranClient(new SonoranClientOptions { apiKey = "YOUR_API_KEY", communityId = "YOUR_COMMUNITY_ID" });
/// var response = await sonoran.Cms.getCommunityV2();
/// Console.WriteLine(response.success ? response.value?.name : response.reason);
/// </code>
/// </example>
public sealed class SonoranClient : ISonoranClient
{
    private readonly Caller _caller;
    private readonly object _changing = new();
    // Of earlier options; there for as long as calls are under way with them.
    private readonly List<WeakReference<Session>> _earlier = [];
    private bool _disposed;

    /// <summary>Makes a client. Nothing is sent until the first call.</summary>
    /// <param name="options">Key, community and what else is to be different from the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is missing or wrong; <see cref="ArgumentException.ParamName"/> names it.</exception>
    /// <exception cref="DllNotFoundException">The package has no native library for this platform.</exception>
    /// <exception cref="InvalidOperationException">The native library is of another version than this assembly.</exception>
    public SonoranClient(SonoranClientOptions options)
    {
        _caller = new Caller(Session.Begin(options));
        Cms = new Cms(_caller);
        Walk = new Walks(Cms);
    }

    /// <summary>The operations of the CMS API, each under its documented name.</summary>
    public Cms Cms { get; }

    ICms ISonoranClient.Cms => Cms;

    /// <summary>The lists that come in pages, item by item, each under the name of its operation.</summary>
    public Walks Walk { get; }

    /// <summary>
    /// Ends the client. Calls under way end as if they had been cancelled, with an <see cref="OperationCanceledException"/>;
    /// later ones throw <see cref="ObjectDisposedException"/>.
    /// </summary>
    /// <remarks>What was asked of the service may still be carried out. To let calls finish, await them first.</remarks>
    public void Dispose()
    {
        lock (_changing)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _caller.Session.End();
            foreach (var earlier in _earlier)
            {
                if (earlier.TryGetTarget(out var session))
                {
                    session.End();
                }
            }
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <inheritdoc cref="Dispose"/>
    public void Close() => Dispose();

    /// <summary>Goes on with other options, such as a new API key: for the next calls, while those under way finish with the old ones.</summary>
    /// <param name="options">All options; what is left null has its default again.</param>
    /// <exception cref="ArgumentException">An option is missing or wrong; the client goes on as before.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    /// <example>
    /// <code>
    /// sonoran.Reconfigure(new SonoranClientOptions { apiKey = "YOUR_API_KEY", communityId = "YOUR_COMMUNITY_ID" });
    /// </code>
    /// </example>
    public void Reconfigure(SonoranClientOptions options)
    {
        var session = Session.Begin(options);
        lock (_changing)
        {
            if (_disposed)
            {
                session.End();
                throw new ObjectDisposedException(nameof(SonoranClient));
            }

            var old = _caller.Session;
            _caller.Session = session;
            old.Leave();
            _earlier.RemoveAll(static session => !session.TryGetTarget(out _));
            _earlier.Add(new WeakReference<Session>(old));
        }
    }

    /// <summary>The rate limit of an operation at this moment, as this process knows it. Asking sends nothing and takes no slot.</summary>
    /// <param name="operation">The method's name, such as <c>getAccountV2</c>. All operations of version 1 share one limit.</param>
    /// <returns>The state; with <see cref="SonoranRateLimit.Off"/>, nothing is counted.</returns>
    /// <exception cref="ArgumentException">There is no such operation.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    /// <example>
    /// <code>
    /// var state = sonoran.RateLimit("getAccountV2");
    /// Console.WriteLine($"{state.Free} of {state.Limit} calls are free");
    /// </code>
    /// </example>
    public SonoranRateLimitState RateLimit(string operation)
    {
        if (operation is null)
        {
            throw new ArgumentNullException(nameof(operation));
        }

        try
        {
            return new SonoranRateLimitState(_caller.Session.Native.RateLimit(Encoding.UTF8.GetBytes(operation)));
        }
        catch (ObjectDisposedException)
        {
            // As calls say it: what lies within is nobody's concern.
            throw new ObjectDisposedException(nameof(SonoranClient));
        }
        catch (NativeFaultException fault)
        {
            throw new InternalError(fault.Message, fault);
        }
    }

    /// <summary>For how long the service counts a call.</summary>
    internal TimeSpan RateWindow => _caller.Session.Window;

    /// <summary>Whether calls heed the rate limit.</summary>
    internal bool IsLimited => _caller.Session.IsLimited;
}
