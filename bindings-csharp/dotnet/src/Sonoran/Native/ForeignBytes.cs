using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>Bytes of ours that Rust reads while a call lasts.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct ForeignBytes
{
    private readonly int _length;
    private readonly byte* _data;

    /// <param name="data">The bytes, which must not move before the call has returned.</param>
    /// <param name="length">How many there are.</param>
    internal ForeignBytes(byte* data, int length)
    {
        _data = data;
        _length = length;
    }
}
