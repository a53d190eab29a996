using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Threading;

namespace Sonoran.Native;

/// <summary>Something under way in Rust, until its end has been heard.</summary>
/// <remarks>
/// Rust tells ends on a thread of its own, which must not run .NET code for long: the rest is done on the thread pool, or
/// by the thread that began it, where the end was there before that had done its part.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Its end disposes what it holds.")]
internal abstract class PendingCall
{
    // The thread that began it, and the end.
    private const int Both = 2;

    private int _arrived;
    private GCHandle _self;
    private UnderWayHandle? _underWay;
    private CancellationTokenRegistration _registration;
    private RustCallStatus _status;
    private RustBuffer _result;
    private RustBuffer _data;

    /// <summary>What it is that has its end heard by a number.</summary>
    internal static PendingCall KnownBy(ulong number) =>
        // Sound: the handle is freed only once the end was heard, which is heard once.
        (PendingCall)GCHandle.FromIntPtr(new IntPtr(unchecked((long)number))).Target!;

    /// <summary>Hears the end. <see cref="Ends.Take"/> has to follow.</summary>
    internal void Hear(in Ended end)
    {
        (_status, _result) = RustCallStatus.OfEnd(end.Code, end.Result);
        _data = end.Data;
        if (Interlocked.Increment(ref _arrived) == Both)
        {
            Ends.Add(this);
        }
    }

    /// <summary>Begins it. Where this throws, there is no end.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    protected void Begin(CancellationToken cancellationToken)
    {
        // Keeps this alive while only Rust refers to it.
        _self = GCHandle.Alloc(this);
        ulong underWay;
        try
        {
            underWay = Begin(unchecked((ulong)GCHandle.ToIntPtr(_self).ToInt64()));
        }
        catch
        {
            _self.Free();
            throw;
        }

        if (cancellationToken.CanBeCanceled)
        {
            _underWay = new UnderWayHandle(underWay);
            _registration = Register(_underWay, cancellationToken);
        }
        else
        {
            UnderWayHandle.Free(underWay);
        }

        if (Interlocked.Increment(ref _arrived) == Both)
        {
            Finish();
        }
    }

    /// <summary>Begins it in Rust.</summary>
    /// <param name="knownBy">What its end is to be known by.</param>
    /// <returns>The handle.</returns>
    protected abstract ulong Begin(ulong knownBy);

    /// <summary>Takes the end, and frees the result before anybody goes on with it; throws nothing.</summary>
    protected abstract void End(ref RustCallStatus status, ref RustBuffer result, ref RustBuffer data);

    /// <summary>Goes on with it, once both have arrived.</summary>
    internal void Finish()
    {
        // First, so that no cancellation is still using what is disposed below.
        _registration.Dispose();
        _underWay?.Dispose();
        _self.Free();
        End(ref _status, ref _result, ref _data);
    }

#if NET8_0_OR_GREATER
    private static CancellationTokenRegistration Register(UnderWayHandle underWay, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static underWay => ((UnderWayHandle)underWay!).Cancel(), underWay);
#else
    private static CancellationTokenRegistration Register(UnderWayHandle underWay, CancellationToken cancellationToken) =>
        cancellationToken.Register(static underWay => ((UnderWayHandle)underWay!).Cancel(), underWay);
#endif
}
