"""The ASCII protocol of iiyama TE, older Clevertouch and InFocus touch panels."""
