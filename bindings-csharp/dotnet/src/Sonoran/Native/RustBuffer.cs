using System;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>Memory that Rust allocated; whoever holds it last gives it back with <see cref="Free"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RustBuffer
{
    private ulong _capacity;
    private ulong _length;
    private byte* _data;

    /// <summary>An empty buffer with room for so many bytes.</summary>
    internal static RustBuffer Allocate(int capacity)
    {
        var status = default(RustCallStatus);
        var buffer = NativeMethods.BufferAllocate((ulong)capacity, ref status);
        status.ThrowIfFailed();
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the text, as a string argument has it: its bytes and nothing else.</summary>
    internal static RustBuffer OfText(ReadOnlySpan<byte> utf8)
    {
        var buffer = Allocate(utf8.Length);
        buffer.Append(utf8);
        return buffer;
    }

    /// <summary>A buffer that holds an optional string: a flag, the length, the bytes.</summary>
    internal static RustBuffer OfOptionalText(byte[]? utf8)
    {
        if (utf8 is null)
        {
            var none = Allocate(1);
            none.Append(stackalloc byte[] { 0 });
            return none;
        }

        var some = Allocate(5 + utf8.Length);
        var header = stackalloc byte[5];
        header[0] = 1;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(new Span<byte>(header + 1, 4), utf8.Length);
        some.Append(new ReadOnlySpan<byte>(header, 5));
        some.Append(utf8);
        return some;
    }

    /// <summary>What the buffer holds; valid until it is freed.</summary>
    // Sound: Rust guarantees `_length` readable bytes at `_data` for as long as the buffer is not given back.
    internal readonly ReadOnlySpan<byte> Bytes => _data is null ? default : new ReadOnlySpan<byte>(_data, checked((int)_length));

    /// <summary>Gives the memory back to Rust. The buffer is empty afterwards.</summary>
    internal void Free()
    {
        if (_data is null)
        {
            return;
        }

        var status = default(RustCallStatus);
        NativeMethods.BufferFree(this, ref status);
        this = default;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        // Sound: every caller allocated room for all that it appends, and the check below holds it to that.
        var room = new Span<byte>(_data + _length, checked((int)(_capacity - _length)));
        bytes.CopyTo(room);
        _length += (ulong)bytes.Length;
    }
}
