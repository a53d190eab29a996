using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sonoran.Json;
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
public sealed class SonoranClient : IDisposable, IAsyncDisposable
{
    private readonly ClientHandle _native;
    private readonly CancellationTokenSource _end = new();
    private int _disposed;

    /// <summary>Makes a client. Nothing is sent until the first call.</summary>
    /// <param name="options">Key, community and what else is to be different from the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is missing or wrong; <see cref="ArgumentException.ParamName"/> names it.</exception>
    /// <exception cref="DllNotFoundException">The package has no native library for this platform.</exception>
    /// <exception cref="InvalidOperationException">The native library is of another version than this assembly.</exception>
    public SonoranClient(SonoranClientOptions options)
    {
        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        NativeLibraryCheck.Run();
        _native = Create(options);
        Cms = new Cms(new Caller(new Observer(_native, options), options.throwErrors));
        if (options.onWait is { } onWait)
        {
            _ = WaitListener.Run(_native, onWait, _end.Token);
        }
    }

    /// <summary>The operations of the CMS API, each under its documented name.</summary>
    public Cms Cms { get; }

    /// <summary>
    /// Ends the client. Calls under way end as if they had been cancelled, with an <see cref="OperationCanceledException"/>;
    /// later ones throw <see cref="ObjectDisposedException"/>.
    /// </summary>
    /// <remarks>What was asked of the service may still be carried out. To let calls finish, await them first.</remarks>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _native.Stop();
        _native.Dispose();
        // Without a timer, there is nothing to dispose in it.
        _end.Cancel();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <inheritdoc cref="Dispose"/>
    public void Close() => Dispose();

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
            return new SonoranRateLimitState(_native.RateLimit(Encoding.UTF8.GetBytes(operation)));
        }
        catch (NativeFaultException fault)
        {
            throw new InternalError(fault.Message, fault);
        }
    }

    private static ClientHandle Create(SonoranClientOptions options)
    {
        var json = OptionsWriter.Write(options);
        try
        {
            return ClientHandle.Create(json, ProcessEnvironment.Read(), options.onWait is not null);
        }
        catch (NativeFaultException fault)
        {
            throw new InternalError(fault.Message, fault);
        }
        finally
        {
            // The key is in it, and nobody else needs it any more.
            Array.Clear(json, 0, json.Length);
        }
    }
}
