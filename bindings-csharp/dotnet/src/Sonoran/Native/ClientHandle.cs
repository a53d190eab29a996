using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>Holds a native client, and frees it when no call needs it any more.</summary>
internal sealed class ClientHandle : SafeHandle
{
    private ClientHandle(ulong client)
        : base(IntPtr.Zero, ownsHandle: true) => SetHandle(new IntPtr(unchecked((long)client)));

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>Makes a client from its options, a JSON object.</summary>
    /// <param name="options">The options.</param>
    /// <param name="environment">The variables of the environment that count.</param>
    /// <param name="tellsWaits">Whether <see cref="NextWait"/> will be asked.</param>
    internal static ClientHandle Create(ReadOnlySpan<byte> options, IReadOnlyList<KeyValuePair<string, string>> environment, bool tellsWaits)
    {
        var status = default(RustCallStatus);
        var client = NativeMethods.ClientNew(
            RustBuffer.OfText(options), RustBuffer.OfMap(environment), (sbyte)(tellsWaits ? 1 : 0), AttemptHook.Address, ref status);
        status.ThrowIfFailed();
        return new ClientHandle(client);
    }

    /// <summary>Starts a call. The call keeps the native client alive by itself.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal FutureHandle Execute(
        ReadOnlySpan<byte> operation, ReadOnlySpan<byte> arguments, byte[]? payload, byte[]? options, ulong followed)
    {
        return new FutureHandle(NativeMethods.ClientExecute(
            Clone(),
            RustBuffer.OfText(operation),
            RustBuffer.OfText(arguments),
            RustBuffer.OfOptionalText(payload),
            RustBuffer.OfOptionalText(options),
            RustBuffer.OfTrace(followed, Headers())));
    }

    /// <summary>Ends the calls under way, and refuses later ones.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal void Stop()
    {
        var status = default(RustCallStatus);
        NativeMethods.ClientClose(Clone(), ref status);
        status.ThrowIfFailed();
    }

    /// <summary>The rate limit of an operation, as Rust writes it.</summary>
    /// <exception cref="ArgumentException">There is no such operation.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal byte[] RateLimit(ReadOnlySpan<byte> operation)
    {
        var status = default(RustCallStatus);
        return NativeMethods.ClientRateLimit(Clone(), RustBuffer.OfText(operation), ref status).Taken(ref status);
    }

    /// <summary>Starts to wait for the next call that waits for its rate limit.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal FutureHandle NextWait() => new(NativeMethods.ClientNextWait(Clone()));

#if NET8_0_OR_GREATER
    private static IReadOnlyList<KeyValuePair<string, string>> Headers() => CallTrace.Headers();
#else
    private static KeyValuePair<string, string>[] Headers() => [];
#endif

    // A call consumes a handle, so it gets its own. Marshalling holds this one while it is cloned: a concurrent
    // Dispose cannot free it in between.
    private ulong Clone()
    {
        var status = default(RustCallStatus);
        var client = NativeMethods.ClientClone(this, ref status);
        status.ThrowIfFailed();
        return client;
    }

    protected override bool ReleaseHandle()
    {
        var status = default(RustCallStatus);
        NativeMethods.ClientFree(unchecked((ulong)handle.ToInt64()), ref status);
        return true;
    }
}
