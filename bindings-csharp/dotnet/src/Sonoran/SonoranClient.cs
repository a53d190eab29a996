using System;
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
public sealed class SonoranClient : IDisposable
{
    private readonly ClientHandle _native;

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
        Cms = new Cms(new Caller(_native, options.throwErrors));
    }

    /// <summary>The operations of the CMS API, each under its documented name.</summary>
    public Cms Cms { get; }

    /// <summary>Frees the client. Calls under way still finish; later ones throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _native.Dispose();

    private static ClientHandle Create(SonoranClientOptions options)
    {
        var json = OptionsWriter.Write(options);
        try
        {
            return ClientHandle.Create(json);
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
