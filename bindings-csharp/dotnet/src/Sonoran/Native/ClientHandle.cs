using System;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>Holds a native client, and frees it when no call needs it any more.</summary>
internal sealed class ClientHandle : SafeHandle
{
    private ClientHandle(ulong client)
        : base(IntPtr.Zero, ownsHandle: true) => SetHandle(new IntPtr(unchecked((long)client)));

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>Makes a client from its options, a JSON object.</summary>
    internal static ClientHandle Create(ReadOnlySpan<byte> options)
    {
        var status = default(RustCallStatus);
        var client = NativeMethods.ClientNew(RustBuffer.OfText(options), ref status);
        status.ThrowIfFailed();
        return new ClientHandle(client);
    }

    /// <summary>Starts a call. The call keeps the native client alive by itself.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    internal FutureHandle Execute(
        ReadOnlySpan<byte> operation, ReadOnlySpan<byte> arguments, byte[]? payload, byte[]? options)
    {
        // The call consumes a handle, so it gets its own. Marshalling holds this one while it is cloned: a
        // concurrent Dispose cannot free it in between.
        var status = default(RustCallStatus);
        var client = NativeMethods.ClientClone(this, ref status);
        status.ThrowIfFailed();
        return new FutureHandle(NativeMethods.ClientExecute(
            client,
            RustBuffer.OfText(operation),
            RustBuffer.OfText(arguments),
            RustBuffer.OfOptionalText(payload),
            RustBuffer.OfOptionalText(options)));
    }

    protected override bool ReleaseHandle()
    {
        var status = default(RustCallStatus);
        NativeMethods.ClientFree(unchecked((ulong)handle.ToInt64()), ref status);
        return true;
    }
}
