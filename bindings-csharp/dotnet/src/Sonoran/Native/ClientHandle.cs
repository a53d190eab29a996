using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Sonoran.Json;

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
    /// <param name="warned">Who hears of warnings; 0 where they go to standard error.</param>
    internal static ClientHandle Create(
        ReadOnlySpan<byte> options, IReadOnlyList<KeyValuePair<string, string>> environment, bool tellsWaits, ulong warned)
    {
        var status = default(RustCallStatus);
        var client = NativeMethods.ClientNew(
            RustBuffer.OfText(options),
            RustBuffer.OfMap(environment),
            (sbyte)(tellsWaits ? 1 : 0),
            EndHook.Address,
            AttemptHook.Address,
            WarningHook.Address,
            warned,
            ref status);
        status.ThrowIfFailed();
        return new ClientHandle(client);
    }

    /// <summary>Begins a call. The call keeps the native client alive by itself.</summary>
    /// <returns>Its handle.</returns>
    /// <exception cref="ArgumentException">It cannot be sent as it is.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal unsafe ulong Begin(CallText text, ulong followed, ulong knownBy)
    {
        var status = default(RustCallStatus);
        ulong underWay;
        // Sound: the texts stay where they are until the function returns, and Rust only reads them.
        fixed (byte* bytes = text.Bytes)
        {
            var rest = bytes;
            underWay = NativeMethods.ClientBegin(
                Clone(),
                Next(ref rest, text.Operation),
                Next(ref rest, text.Arguments),
                Next(ref rest, text.Payload),
                Next(ref rest, text.Options),
                Next(ref rest, text.Headers),
                followed,
                knownBy,
                ref status);
        }

        status.ThrowIfFailed();
        return underWay;
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

    /// <summary>Where calls leave this machine: the address of the API, a proxy, or the server of shared limits.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal string? Foreign()
    {
        var status = default(RustCallStatus);
        return new RustReader(NativeMethods.ClientForeign(Clone(), ref status).Taken(ref status)).ReadOptionalText();
    }

    /// <summary>Begins to wait for the next call that waits for its rate limit.</summary>
    /// <returns>The handle.</returns>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal ulong NextWait(ulong knownBy)
    {
        var status = default(RustCallStatus);
        var underWay = NativeMethods.ClientNextWait(Clone(), knownBy, ref status);
        status.ThrowIfFailed();
        return underWay;
    }

    private static unsafe ForeignBytes Next(ref byte* rest, int length)
    {
        var bytes = new ForeignBytes(rest, length);
        rest += length;
        return bytes;
    }

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
